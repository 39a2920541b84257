//! Writing of a row what differs, and no more.

use sea_orm::{
    ActiveModelBehavior, ActiveModelTrait, DbErr, EntityTrait, IntoActiveModel, Iterable, ModelTrait,
};

use crate::store::Tx;

impl Tx {
    /// Turns the row `before`, as the database has it, into `after`. Only columns that differ are set: SQLite writes
    /// every index anew of which a column is set, even to the value that it has.
    ///
    /// # Errors
    /// What the database answers.
    pub(crate) async fn write_difference<M, A>(&self, before: M, after: &M) -> Result<(), DbErr>
    where
        M: ModelTrait + IntoActiveModel<A>,
        A: ActiveModelTrait<Entity = M::Entity> + ActiveModelBehavior,
    {
        let mut row = before.into_active_model();
        for column in <M::Entity as EntityTrait>::Column::iter() {
            row.set_if_not_equals(column, after.get(column));
        }
        M::Entity::update(row).validate()?.exec_without_returning(self.db()).await.map(drop)
    }
}
