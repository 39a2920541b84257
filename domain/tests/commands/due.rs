//! One look tells the workers of every queue in which something is due, and no others.

use std::sync::Arc;

use futures_util::FutureExt;
use sea_orm::{ConnectionTrait, Statement};
use sportello_domain::{
    clock::SystemClock,
    due,
    hook::{self, Outcome},
    store::{Bell, Queue},
};

use crate::desk::{Desk, on_both};

const QUEUES: [Queue; 7] = [
    Queue::Letters,
    Queue::Notices,
    Queue::Messages,
    Queue::Files,
    Queue::Bodies,
    Queue::Runs,
    Queue::Webhooks,
];

/// The queues whose bells have rung since the last look at them.
fn rung(bells: &mut [(Queue, Bell)]) -> Vec<Queue> {
    let rung = bells.iter_mut().filter_map(|(queue, bell)| bell.rung().now_or_never().map(|()| *queue));
    rung.collect()
}

/// Puts a row into a table whose time has come, as another process does.
async fn put(desk: &Desk, table: &str, columns: &str) {
    let sql = format!("INSERT INTO {table} {columns}");
    let now = desk.store.now();
    let statement = Statement::from_sql_and_values(desk.store.backend(), sql, [now.into()]);
    desk.store.writer().execute_raw(statement).await.unwrap();
}

#[tokio::test]
async fn a_look_rings_for_what_is_due_and_for_nothing_else() {
    on_both(async |desk| {
        let bells = QUEUES.map(|queue| (queue, desk.store.bells().bell(queue)));
        let mut bells = Vec::from(bells);
        due::look(&desk.store).await.unwrap();
        assert_eq!(rung(&mut bells), []);
        put(&desk, "notice_queue", "(reader_id, due_at) SELECT id, $1 FROM app_user LIMIT 1").await;
        put(
            &desk,
            "mail",
            "(id, account_id, kind, recipient, locale, content, attempts, next_attempt_at, created_at) \
             SELECT id, account_id, 'INVITATION', email, 'en', '{}', 0, $1, created_at FROM app_user LIMIT 1",
        )
        .await;
        assert_eq!(rung(&mut bells), []);
        due::look(&desk.store).await.unwrap();
        assert_eq!(rung(&mut bells), [Queue::Letters, Queue::Notices]);
    })
    .await;
}

#[tokio::test]
async fn a_commit_rings_in_its_own_process_and_what_is_put_off_is_due_no_more() {
    on_both(async |desk| {
        let bells = QUEUES.map(|queue| (queue, desk.store.bells().bell(queue)));
        let mut bells = Vec::from(bells);
        let elsewhere = desk.store.with_clock(Arc::new(SystemClock));
        hook::store_body(&elsewhere, "{}").await.unwrap();
        assert_eq!(rung(&mut bells), []);
        due::look(&desk.store).await.unwrap();
        assert_eq!(rung(&mut bells), [Queue::Bodies]);
        let body = hook::next(&desk.store).await.unwrap().unwrap();
        let later = desk.store.now().plus_seconds(60);
        hook::settle(&desk.store, &body, Outcome::Later(later)).await.unwrap();
        due::look(&desk.store).await.unwrap();
        assert_eq!(rung(&mut bells), []);
        hook::store_body(&desk.store, "{}").await.unwrap();
        assert_eq!(rung(&mut bells), [Queue::Bodies]);
    })
    .await;
}
