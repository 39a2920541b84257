//! Seaography's own queries on the benches' database: as much of its tables as `list.graphql` selects.

mod entity;

use std::sync::LazyLock;

use anyhow::{Context, Result};
use axum::{Json, Router, extract::State, routing::post};
use sea_orm::Database;
use seaography::{
    Builder, BuilderContext,
    async_graphql::{Request, Response, dynamic::Schema},
};

static CONTEXT: LazyLock<BuilderContext> = LazyLock::new(BuilderContext::default);

#[tokio::main]
async fn main() -> Result<()> {
    let database = Database::connect(std::env::var("DATABASE_URL").context("DATABASE_URL is not set")?).await?;
    let builder = entity::register_entity_modules(Builder::new(&CONTEXT, database.clone()));
    let schema = builder.schema_builder().data(database).finish()?;
    let router = Router::new().route("/graphql", post(answer)).with_state(schema);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    println!("listening at http://{}", listener.local_addr()?);
    Ok(axum::serve(listener, router).await?)
}

async fn answer(State(schema): State<Schema>, Json(request): Json<Request>) -> Json<Response> {
    Json(schema.execute(request).await)
}
