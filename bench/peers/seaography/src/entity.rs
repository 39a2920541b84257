//! The tables that a list shows, by the columns that it shows and asks for.

seaography::register_entity_modules!([ticket, ticket_status, ticket_category, contact, app_user]);

pub mod ticket {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "ticket")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub account_id: Uuid,
        pub reference: String,
        pub title: String,
        pub priority: i16,
        pub opened_at: i64,
        pub version: i32,
        pub status_id: Uuid,
        pub category_id: Option<Uuid>,
        pub contact_id: Uuid,
        pub assignee_id: Option<Uuid>,
        #[sea_orm(belongs_to, from = "status_id", to = "id")]
        pub status: HasOne<super::ticket_status::Entity>,
        #[sea_orm(belongs_to, from = "category_id", to = "id")]
        pub category: HasOne<super::ticket_category::Entity>,
        #[sea_orm(belongs_to, from = "contact_id", to = "id")]
        pub contact: HasOne<super::contact::Entity>,
        #[sea_orm(belongs_to, from = "assignee_id", to = "id")]
        pub assignee: HasOne<super::app_user::Entity>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod ticket_status {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "ticket_status")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub name: String,
        #[sea_orm(has_many)]
        pub tickets: HasMany<super::ticket::Entity>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod ticket_category {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "ticket_category")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub name: String,
        #[sea_orm(has_many)]
        pub tickets: HasMany<super::ticket::Entity>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod contact {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "contact")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub name: Option<String>,
        #[sea_orm(has_many)]
        pub tickets: HasMany<super::ticket::Entity>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod app_user {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "app_user")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub name: String,
        #[sea_orm(has_many)]
        pub tickets: HasMany<super::ticket::Entity>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}
