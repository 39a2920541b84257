//! Writing of a row what differs, and no more.

use sea_orm::{
    ActiveModelBehavior, ActiveModelTrait, DbErr, EntityTrait, IntoActiveModel, Iterable, ModelTrait,
    PrimaryKeyToColumn, QueryTrait, query::ValidatedUpdateOne,
};

use crate::store::Tx;

impl Tx {
    /// Turns the row `before`, as the database has it, into `after`. Only columns that differ are set: SQLite writes
    /// every index anew of which a column is set, even to the value that it has.
    ///
    /// # Errors
    /// What the database answers.
    pub(crate) async fn write_difference<M, A>(&self, before: &M, after: &M) -> Result<(), DbErr>
    where
        M: ModelTrait + IntoActiveModel<A>,
        A: ActiveModelTrait<Entity = M::Entity> + ActiveModelBehavior,
    {
        difference(before, after)?.exec_without_returning(self.db()).await.map(drop)
    }

    /// The same at commit, in one way to the database with the events. Nothing in the transaction reads the row after
    /// this, and nothing can be wrong with it that a client is to be told.
    ///
    /// # Errors
    /// INTERNAL when the row has no id.
    pub(crate) fn write_difference_last<M, A>(&mut self, before: &M, after: &M) -> Result<(), DbErr>
    where
        M: ModelTrait + IntoActiveModel<A>,
        A: ActiveModelTrait<Entity = M::Entity> + ActiveModelBehavior,
    {
        let statement = difference(before, after)?.build(self.store().backend());
        self.run_last(statement);
        Ok(())
    }
}

fn difference<M, A>(before: &M, after: &M) -> Result<ValidatedUpdateOne<A>, DbErr>
where
    M: ModelTrait + IntoActiveModel<A>,
    A: ActiveModelTrait<Entity = M::Entity> + ActiveModelBehavior,
{
    let mut row = <A as ActiveModelTrait>::default();
    let is_key = |column| <M::Entity as EntityTrait>::PrimaryKey::from_column(column).is_some();
    for column in <M::Entity as EntityTrait>::Column::iter() {
        if is_key(column) || before.get(column) != after.get(column) {
            row.set(column, after.get(column));
        }
    }
    M::Entity::update(row).validate()
}
