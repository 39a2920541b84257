//! The schema under test. What it does beyond answering is seen and steered through the stage.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use async_graphql::{
    ComplexObject, Context, Error, Object, Result, Schema, SimpleObject, Subscription, ValidationMode,
};
use futures_util::{Stream, StreamExt, stream};
use sportello_transport::{EventCursorSlot, RequestId, ResumeFrom, SlowConsumer};
use tokio::sync::{Notify, broadcast, watch};

use super::gate::Caller;

pub(crate) type TestSchema = Schema<Query, Mutation, Subscriptions>;

/// Where tests and resolvers meet.
#[derive(Clone)]
pub(crate) struct Stage(pub(crate) Arc<Props>);

pub(crate) struct Props {
    /// Something that waits has begun.
    pub(crate) begun: Notify,
    /// Lets what waits go on.
    pub(crate) go: Notify,
    /// Something that waited was dropped before its end.
    pub(crate) dropped: Notify,
    /// Something that waited came to its end.
    pub(crate) done: Notify,
    /// Feeds the subscription `news`.
    pub(crate) news: broadcast::Sender<i32>,
    /// How far the log of `entries` has come.
    pub(crate) log: watch::Sender<u64>,
    /// How often an entry was executed.
    pub(crate) executions: AtomicUsize,
    /// Streams that are alive.
    pub(crate) streams: AtomicUsize,
    /// Items that `flood` has made, and each of them.
    pub(crate) flooded: AtomicUsize,
    pub(crate) flood: Notify,
}

impl Stage {
    pub(crate) fn new() -> Self {
        Self(Arc::new(Props {
            begun: Notify::new(),
            go: Notify::new(),
            dropped: Notify::new(),
            done: Notify::new(),
            news: broadcast::channel(10_000).0,
            log: watch::Sender::new(0),
            executions: AtomicUsize::new(0),
            streams: AtomicUsize::new(0),
            flooded: AtomicUsize::new(0),
            flood: Notify::new(),
        }))
    }
}

pub(crate) fn schema(stage: &Stage) -> TestSchema {
    Schema::build(Query, Mutation, Subscriptions)
        .validation_mode(ValidationMode::Fast)
        .data(stage.clone())
        .finish()
}

/// Tells the stage when it is dropped without having come to its end.
struct Wait(Stage, bool);

impl Wait {
    async fn until_told(context: &Context<'_>) {
        let stage = context.data_unchecked::<Stage>().clone();
        let mut wait = Wait(stage, false);
        wait.0.0.begun.notify_one();
        wait.0.0.go.notified().await;
        wait.1 = true;
        wait.0.0.done.notify_one();
    }
}

impl Drop for Wait {
    fn drop(&mut self) {
        if !self.1 {
            self.0.0.dropped.notify_one();
        }
    }
}

fn refusal(code: &str) -> Error {
    let mut error = Error::new("As asked.");
    error.extensions.get_or_insert_default().set("code", code);
    error
}

pub(crate) struct Query;

#[Object]
impl Query {
    async fn hello(&self, #[graphql(default_with = "\"world\".to_owned()")] name: String) -> String {
        format!("Hello, {name}!")
    }

    async fn caller(&self, context: &Context<'_>) -> String {
        context.data_unchecked::<Caller>().0.clone()
    }

    async fn peer(&self, context: &Context<'_>) -> String {
        context.data_unchecked::<Caller>().1.to_string()
    }

    async fn request_id(&self, context: &Context<'_>) -> String {
        context.data_unchecked::<RequestId>().0.clone()
    }

    async fn refused(&self) -> Option<Result<String>> {
        Some(Err(refusal("NOT_FOUND")))
    }

    async fn refused_strictly(&self) -> Result<String> {
        Err(refusal("FORBIDDEN"))
    }

    async fn leak(&self) -> Option<Result<String>> {
        Some(Err(std::io::Error::other("secret cause").into()))
    }

    async fn panics(&self, #[graphql(default = true)] really: bool) -> bool {
        assert!(!really, "as asked");
        really
    }

    async fn waits(&self, context: &Context<'_>) -> bool {
        Wait::until_told(context).await;
        true
    }

    async fn page(&self, #[graphql(validator(maximum = 100))] first: i32) -> i32 {
        first
    }

    async fn long(&self, length: usize) -> String {
        "x".repeat(length)
    }
}

pub(crate) struct Mutation;

#[Object]
impl Mutation {
    async fn echo(&self, text: String) -> String {
        text
    }

    async fn waits(&self, context: &Context<'_>) -> bool {
        Wait::until_told(context).await;
        true
    }
}

pub(crate) struct Subscriptions;

/// The number of the entry that says that the client is too slow.
pub(crate) const TOO_SLOW: u64 = u64::MAX;

/// An entry of a log.
#[derive(SimpleObject)]
#[graphql(complex)]
struct Entry {
    number: u64,
}

#[ComplexObject]
impl Entry {
    /// The credential that it is executed for.
    async fn caller(&self, context: &Context<'_>) -> String {
        context.data_opt::<Caller>().map_or_else(String::new, |caller| caller.0.clone())
    }

    /// As long a text as is asked for.
    async fn text(&self, length: usize) -> String {
        "x".repeat(length)
    }

    /// The number again; refused where it can be divided by `by`.
    async fn counted(
        &self,
        context: &Context<'_>,
        #[graphql(default = 1_000_000)] by: u64,
    ) -> Option<Result<u64>> {
        context.data_unchecked::<Stage>().0.executions.fetch_add(1, Ordering::SeqCst);
        Some(if self.number.is_multiple_of(by) && self.number > 0 {
            Err(refusal("NOT_FOUND"))
        } else {
            Ok(self.number)
        })
    }
}

struct Alive(Stage);

impl Alive {
    fn new(context: &Context<'_>) -> Self {
        let stage = context.data_unchecked::<Stage>().clone();
        stage.0.streams.fetch_add(1, Ordering::SeqCst);
        Self(stage)
    }
}

impl Drop for Alive {
    fn drop(&mut self) {
        self.0.0.streams.fetch_sub(1, Ordering::SeqCst);
        self.0.0.dropped.notify_one();
    }
}

#[Subscription]
impl Subscriptions {
    async fn count(&self, context: &Context<'_>, to: i32) -> impl Stream<Item = i32> {
        let seen = context.data_opt::<ResumeFrom>().and_then(|ResumeFrom(id)| id.parse::<i32>().ok());
        let slot = context.data_unchecked::<EventCursorSlot>().clone();
        stream::iter(seen.map_or(1, |seen| seen + 1)..=to)
            .inspect(move |number| slot.set(number.to_string(), number.unsigned_abs().into(), true))
    }

    /// A log's entries after a place; without one, first where it stands. Where the client is too slow: TOO_SLOW, and the end.
    async fn entries(
        &self,
        context: &Context<'_>,
        after: Option<u64>,
        #[graphql(default)] label: String,
    ) -> impl Stream<Item = Entry> {
        drop(label);
        let alive = Alive::new(context);
        let resume = context.data_opt::<ResumeFrom>().and_then(|ResumeFrom(id)| id.parse().ok());
        let slow = context.data_unchecked::<SlowConsumer>().clone();
        let (slot, mut log) =
            (context.data_unchecked::<EventCursorSlot>().clone(), alive.0.0.log.subscribe());
        let (place, is_first) = match resume.or(after) {
            Some(place) => (place, false),
            None => (*log.borrow_and_update(), true),
        };
        stream::unfold(Some((log, place, is_first, alive)), move |state| {
            let (slot, slow) = (slot.clone(), slow.clone());
            async move {
                let (mut log, place, is_first, alive) = state?;
                let place = if is_first { place } else { place + 1 };
                tokio::select! {
                    biased;
                    () = slow.noticed() => return Some((Entry { number: TOO_SLOW }, None)),
                    reached = log.wait_for(|head| *head >= place) => drop(reached.ok()?),
                }
                slot.set(place.to_string(), place, place == *log.borrow());
                Some((Entry { number: place }, Some((log, place, false, alive))))
            }
        })
    }

    /// What the test sends.
    async fn news(&self, context: &Context<'_>) -> impl Stream<Item = i32> {
        let alive = Alive::new(context);
        let news = alive.0.0.news.subscribe();
        alive.0.0.begun.notify_one();
        stream::unfold((news, alive), |(mut news, alive)| async move {
            let number = news.recv().await.ok()?;
            Some((number, (news, alive)))
        })
    }

    /// Texts without end; where the client is too slow: "too slow", and the end.
    async fn flood(&self, context: &Context<'_>, length: usize) -> impl Stream<Item = String> {
        let slow = context.data_unchecked::<SlowConsumer>().clone();
        let alive = Alive::new(context);
        stream::unfold(Some(alive), move |alive| {
            let slow = slow.clone();
            async move {
                let alive = alive?;
                tokio::select! {
                    biased;
                    () = slow.noticed() => Some(("too slow".to_owned(), None)),
                    () = std::future::ready(()) => {
                        alive.0.0.flooded.fetch_add(1, Ordering::SeqCst);
                        alive.0.0.flood.notify_one();
                        Some(("x".repeat(length), Some(alive)))
                    }
                }
            }
        })
    }

    async fn refused(&self) -> Result<impl Stream<Item = i32>> {
        Err::<stream::Pending<i32>, _>(refusal("CURSOR_INVALID"))
    }

    /// Data, an error, data.
    async fn flickers(&self) -> impl Stream<Item = Result<Option<i32>>> {
        stream::iter([Ok(Some(1)), Err(refusal("NOT_FOUND")), Ok(Some(3))])
    }

    async fn panics(&self) -> impl Stream<Item = i32> {
        stream::once(async { panic!("as asked") })
    }
}
