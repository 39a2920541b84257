use futures_util::future::join_all;
use sportello_domain::{
    Change, Error, RefusalCode, RefusalDetail,
    contact::{self, ContactBy, ContactChanges, ContactCreate, ContactUpdate, FieldInput},
    dynamic_field::{self, DynamicFieldCreate},
};
use sportello_entity::{contact::Model, value::EventType};

use crate::desk::{Desk, on_both, refusal};

fn set(text: &str) -> Change<String> {
    Change::Set(text.to_owned())
}

fn anna() -> ContactChanges {
    let fields = Change::Set(vec![FieldInput { code: "CITY".to_owned(), value: Some("Roma".to_owned()) }]);
    let (name, phone, external_id) = (set("Anna Rossi"), set("0039 351 000 0001"), set("crm-1"));
    ContactChanges { name, phone, email: set("anna@rossi.test"), external_id, fields, ..Default::default() }
}

async fn create(desk: &Desk, contact: ContactChanges) -> sportello_domain::Result<Model> {
    let input = ContactCreate { contact, idempotency_key: None };
    contact::create(&desk.store, &desk.actor, input).await.map(|written| written.contact)
}

async fn update(desk: &Desk, contact: &Model, changes: ContactChanges) -> sportello_domain::Result<Model> {
    let input = ContactUpdate {
        id: Some(contact.id),
        expected_version: Some(contact.version),
        changes,
        idempotency_key: None,
    };
    contact::update(&desk.store, &desk.actor, input).await.map(|written| written.contact)
}

async fn city(desk: &Desk) {
    let input = DynamicFieldCreate { code: "CITY".to_owned(), label: "City".to_owned() };
    dynamic_field::create(&desk.store, &desk.actor, input).await.unwrap();
}

#[tokio::test]
async fn a_contact_is_made_changed_and_erased_also_from_the_log() {
    on_both(async |desk: Desk| {
        city(&desk).await;
        let anna = create(&desk, anna()).await.unwrap();
        let fields = Change::Set(vec![FieldInput { code: "CITY".to_owned(), value: None }]);
        let changes = ContactChanges { name: set("Anna Verdi"), fields, ..Default::default() };
        let changed = update(&desk, &anna, changes).await.unwrap();
        assert_eq!((changed.version, changed.fields.as_str()), (2, "{}"));
        let erased = contact::delete(&desk.store, &desk.actor, Some(anna.id)).await.unwrap();
        assert!(erased.is_erased && erased.phone.is_none() && erased.version == 3);
        let again = contact::delete(&desk.store, &desk.actor, Some(anna.id)).await.unwrap();
        assert_eq!(again.version, 3);
        let events = desk.events(anna.id.0).await;
        for event in &events {
            let told = format!("{} {} {:?}", event.changes, event.snapshot, event.previous);
            assert!(
                !["Anna", "+39351", "crm-1", "Roma", "rossi"].iter().any(|text| told.contains(text)),
                "{told}"
            );
        }
        use EventType::{ContactCreated, ContactDeleted, ContactUpdated};
        assert_eq!(desk.types(anna.id.0).await, [ContactCreated, ContactUpdated, ContactDeleted]);
        let refused = update(&desk, &erased, ContactChanges::default()).await;
        assert_eq!(refusal(refused), (RefusalCode::Immutable, "id".to_owned()));
        assert!(create(&desk, ContactChanges { fields: Change::Keep, ..self::anna() }).await.is_ok());
    })
    .await;
}

#[tokio::test]
async fn a_change_of_nothing_writes_nothing_and_a_conflict_tells_what_changed() {
    on_both(async |desk: Desk| {
        city(&desk).await;
        let first = create(&desk, anna()).await.unwrap();
        let same =
            ContactChanges { name: set(" Anna Rossi "), phone: set("+39-3510000001"), ..Default::default() };
        assert_eq!(update(&desk, &first, same).await.unwrap(), first);
        update(&desk, &first, ContactChanges { email: Change::Clear, ..Default::default() }).await.unwrap();
        let late = update(&desk, &first, ContactChanges { name: set("A"), ..Default::default() }).await;
        let Err(Error::Refused(refusals)) = late else { panic!("no conflict") };
        let RefusalDetail::VersionConflict { expected: 1, current: 2, changes, .. } = &refusals[0].detail
        else {
            panic!("{refusals:?}")
        };
        assert_eq!((changes[0].field.as_str(), changes[0].after.as_deref()), ("email", None));
        assert_eq!(desk.types(first.id.0).await.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn a_number_and_a_key_belong_to_one_contact() {
    on_both(async |desk: Desk| {
        city(&desk).await;
        let first = create(&desk, anna()).await.unwrap();
        let Err(Error::Refused(refusals)) = create(&desk, anna()).await else { panic!("not refused") };
        let said =
            refusals.iter().map(|refusal| (refusal.code, refusal.path[0].as_str())).collect::<Vec<_>>();
        assert_eq!(said, [(RefusalCode::Taken, "phone"), (RefusalCode::Taken, "externalId")]);
        assert_eq!(refusals[1].detail, RefusalDetail::Existing(first.id.0));
        let other = create(&desk, ContactChanges { name: set("Bruno"), ..Default::default() }).await.unwrap();
        let taken =
            update(&desk, &other, ContactChanges { external_id: set("crm-1"), ..Default::default() }).await;
        assert_eq!(refusal(taken), (RefusalCode::Taken, "externalId".to_owned()));
        let unknown = FieldInput { code: "TOWN".to_owned(), value: Some("x".to_owned()) };
        let changes = ContactChanges { fields: Change::Set(vec![unknown]), ..Default::default() };
        let expected = (RefusalCode::UnknownDynamicField, "fields.0.code".to_owned());
        assert_eq!(refusal(update(&desk, &other, changes).await), expected);
        let by = ContactBy::Phone("0039 3510000001".to_owned());
        let found = contact::find(&desk.store, &desk.actor, by).await.unwrap();
        assert_eq!(found, Some(first));
        for by in [ContactBy::Phone("?".to_owned()), ContactBy::ExternalId("\0".to_owned())] {
            assert_eq!(contact::find(&desk.store, &desk.actor, by).await.unwrap(), None);
        }
    })
    .await;
}

#[tokio::test]
async fn of_many_who_want_one_number_one_gets_it() {
    on_both(async |desk: Desk| {
        let named = |index: usize| ContactChanges { name: set(&format!("N{index}")), ..Default::default() };
        let wanted = || set("+39 351 000 0002");
        let creating = (0..10).map(|i| create(&desk, ContactChanges { phone: wanted(), ..named(i) }));
        let made = join_all(creating).await;
        assert_eq!(made.iter().filter(|made| made.is_ok()).count(), 1);
        for refused in made.into_iter().filter(Result::is_err) {
            assert_eq!(refusal(refused), (RefusalCode::Taken, "phone".to_owned()));
        }
        let others = join_all((0..8).map(|index| create(&desk, named(index)))).await;
        let others: Vec<_> = others.into_iter().map(Result::unwrap).collect();
        let key = || ContactChanges { external_id: set("crm-9"), ..Default::default() };
        let updated = join_all(others.iter().map(|other| update(&desk, other, key()))).await;
        assert_eq!(updated.iter().filter(|updated| updated.is_ok()).count(), 1);
        for refused in updated.into_iter().filter(Result::is_err) {
            assert_eq!(refusal(refused), (RefusalCode::Taken, "externalId".to_owned()));
        }
    })
    .await;
}

#[tokio::test]
async fn twenty_tickets_at_once_for_a_new_number_make_one_contact() {
    on_both(async |desk: Desk| {
        let spellings = ["+39 351 000 0003", "0039 (351) 000-0003"];
        let tickets = join_all((0..20).map(|index| desk.ticket(spellings[index % 2], None, None))).await;
        assert!(tickets.iter().all(|ticket| ticket.contact_id == tickets[0].contact_id));
        assert_eq!(desk.count(EventType::ContactCreated).await, 1);
    })
    .await;
}

#[tokio::test]
async fn dynamic_fields_are_listed_and_made_once() {
    on_both(async |desk: Desk| {
        city(&desk).await;
        for (code, expected) in [
            ("CITY", RefusalCode::Taken),
            ("city", RefusalCode::Invalid),
            ("CONTACT_NAME", RefusalCode::ReservedDynamicField),
            (" ", RefusalCode::Required),
        ] {
            let input = DynamicFieldCreate { code: code.to_owned(), label: "City".to_owned() };
            let refused = dynamic_field::create(&desk.store, &desk.actor, input).await;
            assert_eq!(refusal(refused), (expected, "code".to_owned()));
        }
        let listed = dynamic_field::list(&desk.store, &desk.actor).await.unwrap();
        assert_eq!(
            (listed.len(), listed[0].code.as_str(), listed[13].code.as_str()),
            (14, "CONTACT_NAME", "CITY")
        );
        assert_eq!(desk.count(EventType::DynamicFieldChanged).await, 1);
    })
    .await;
}
