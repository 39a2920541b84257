// What the peers serve: as much of Sportello's schema as the benches' documents select, with values of the same length,
// from memory. No database, no rights, no log: the least that such a server can do.

export const typeDefs = /* GraphQL */ `
  type Query { ready: Boolean! }
  type Mutation { ticketUpdate(input: TicketUpdateInput!): TicketPayload! }
  type Subscription { ticketChanges(where: TicketWhere): TicketChangeItem! }
  input TicketBy { id: ID! }
  input TicketUpdateInput { by: TicketBy! title: String }
  input TicketWhere { id: ID }
  type TicketPayload { event: Event }
  union TicketChangeItem = TicketChange | StreamCheckpoint
  type StreamCheckpoint { cursor: String! }
  type TicketChange { cursor: String! transition: String! event: Event! }
  type Event {
    sequence: Int! type: String! occurredAt: String! actor: Actor! changes: [FieldChange!]! ticket: Ticket
  }
  union Actor = User | ApiKey
  type User { id: ID! name: String! }
  type ApiKey { id: ID! }
  type FieldChange { field: String! before: String after: String }
  type Ticket {
    id: ID! reference: String! title: String! priority: String! updatedAt: String! version: Int!
    status: Named! category: Named contact: Named! assignee: User
  }
  type Named { id: ID! name: String! }
`;

const ID = '01a224a59cdd7005b0e825a48e57a65c';
const TITLE = 'The parcel 1 arrived broken, with two cups missing';
let sequence = 1;

/** The mutation: `publish` passes the change on, and is given the request's context too. */
export const ticketUpdate = (publish) => async (_, { input }, context) => {
  const changed = change(input.title);
  await publish(changed, context);
  return { event: changed.event };
};

/** The change of a title, with the next number. */
function change(title) {
  sequence += 1;
  const moment = new Date().toISOString();
  const owner = { __typename: 'User', id: `usr_${ID}`, name: 'Owner' };
  const event = {
    sequence,
    type: 'TICKET_UPDATED',
    occurredAt: moment,
    actor: owner,
    changes: [{ field: 'title', before: TITLE, after: title }],
    ticket: {
      id: `tkt_${ID}`,
      reference: 'T-1',
      title,
      priority: 'MEDIUM',
      updatedAt: moment,
      version: sequence,
      status: { id: `sta_${ID}`, name: 'In progress' },
      category: { id: `cat_${ID}`, name: 'Category 7' },
      contact: { id: `con_${ID}`, name: 'Contact Number 13' },
      assignee: { id: `usr_${ID}`, name: 'Operator Number 4' },
    },
  };
  const cursor = `AQGiJKWc3HAAhAYs1uBgHq8A${String(sequence).padStart(20, '0')}`;
  return { __typename: 'TicketChange', cursor, transition: 'UPDATED', event };
}

export const ready = (server) => console.log(`listening at http://127.0.0.1:${server.address().port}`);
