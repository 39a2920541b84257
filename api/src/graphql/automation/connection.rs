//! A page of runs.

use async_graphql::{Context, Result, SimpleObject};
use sportello_domain::{
    automation::{self, RunListQuery, RunPage},
    page::{PageArguments, PageRequest},
};
use sportello_entity::{AutomationId, TicketId, value};

use super::run::AutomationRun;
use crate::graphql::{
    context::{actor, store},
    error::to_graphql,
    neighbours::Neighbours,
    page::{PageInfo, count},
};

/// A page of runs.
#[derive(SimpleObject)]
pub struct AutomationRunConnection {
    /// The runs with their page cursors.
    edges: Vec<AutomationRunEdge>,
    /// The runs.
    nodes: Vec<AutomationRun>,
    /// Whether there is more on either side.
    page_info: PageInfo,
    /// How many there are in all. Counted only when selected.
    total_count: Option<i32>,
}

/// One run of a page.
#[derive(SimpleObject)]
pub struct AutomationRunEdge {
    /// Its place in this list: for `after`.
    cursor: String,
    /// The run.
    node: AutomationRun,
}

/// Which runs.
pub(super) struct RunsOf {
    pub(super) automation_id: Option<AutomationId>,
    pub(super) ticket_id: Option<TicketId>,
    pub(super) status: Option<value::AutomationRunStatus>,
}

impl AutomationRunConnection {
    /// A page of these runs; `default` of them when the client does not say how many.
    ///
    /// # Errors
    /// FORBIDDEN; BAD_REQUEST and CURSOR_INVALID for the arguments.
    pub(super) async fn read(
        ctx: &Context<'_>,
        of: RunsOf,
        arguments: PageArguments,
        default: usize,
    ) -> Result<Self> {
        let page = PageRequest::new(arguments, default).map_err(to_graphql)?;
        let with_total = ctx.look_ahead().field("totalCount").exists();
        let RunsOf { automation_id, ticket_id, status } = of;
        let query = RunListQuery { automation_id, ticket_id, status, page, with_total };
        let page = automation::runs(store(ctx), actor(ctx)?, &query).await.map_err(to_graphql)?;
        Ok(page.into())
    }
}

impl From<RunPage> for AutomationRunConnection {
    fn from(page: RunPage) -> Self {
        let RunPage { rows, cursors, info, total } = page;
        let neighbours = Neighbours::of_runs(&rows);
        let nodes: Vec<AutomationRun> =
            rows.into_iter().map(|row| AutomationRun::new(row, neighbours.clone())).collect();
        let edge =
            |(cursor, node): (String, &AutomationRun)| AutomationRunEdge { cursor, node: node.clone() };
        Self {
            edges: cursors.into_iter().zip(&nodes).map(edge).collect(),
            nodes,
            page_info: info.into(),
            total_count: total.map(count),
        }
    }
}
