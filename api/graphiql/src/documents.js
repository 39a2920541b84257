// What a newcomer finds: one tab for each step from signing in to watching tickets change.

const signIn = `# 1. Sign in: write your e-mail address and
#    password into Variables, then press play.
#
#    The accessToken of the answer goes into
#    Headers of every tab by itself, and is
#    renewed while this page is open. By hand:
#    {"Authorization": "Bearer accessToken"}
mutation SignIn($email: EmailAddress!, $password: String!) {
  signIn(input: { email: $email, password: $password }) {
    accessToken
    expiresAt
    refreshToken
    viewer {
      role
      user { name }
      account { name }
    }
    accounts { id name }
    userErrors { code message path }
  }
}
`;

const tickets = `# 2. Tickets in progress, most urgent first.
#
#    eventCursor is where the log stood: who
#    subscribes after it misses nothing and sees
#    nothing twice.
query Tickets {
  tickets(where: { status: { macroStatus: { eq: IN_PROGRESS } } }, first: 10) {
    nodes {
      reference
      title
      priority
      status { name }
      category { name }
      contact { name }
      assignee { name }
      openedAt
    }
    pageInfo { hasNextPage endCursor }
    totalCount
    eventCursor
  }
}
`;

const ticketChanges = `# 3. Press play and leave it open: every change
#    to a ticket arrives here at once. Try it: in
#    a second window, run the next tab.
subscription TicketChanges {
  ticketChanges {
    ... on TicketChange {
      transition
      event {
        type
        occurredAt
        actor {
          ... on User { name }
          ... on ApiKey { name }
          ... on Contact { name }
        }
        changes { field before after }
        ticket {
          reference
          title
          priority
          status { name }
        }
      }
      cursor
    }
    ... on RelatedChange { cursor event { type } }
    ... on StreamCheckpoint { cursor }
    ... on ResyncRequired { reason }
  }
}
`;

const openTicket = `# 4. Open a ticket. A phone number that is not
#    known yet becomes a new contact.
mutation OpenTicket($input: TicketOpenInput!) {
  ticketOpen(input: $input) {
    ticket {
      reference
      title
      status { name }
      contact { name phone }
    }
    userErrors { code message path }
  }
}
`;

const ticket = {
  contactPhone: '+39 351 555 0100',
  title: 'The parcel has not arrived',
  description: 'Ordered on Monday, promised for Wednesday.',
  priority: 'HIGH',
  category: 'Late delivery',
};

const json = (value) => JSON.stringify(value, null, 2);

/** The text of Headers in a tab that has none yet. */
export const defaultHeaders = `// Sent with requests and when a subscription connects.
// Signing in fills this in. An API key goes here too:
// {"Authorization": "Bearer spk_…"}
{}
`;

/** The sign-in tab with its form filled in with `credentials`: an email and a password. */
export const signInTab = (credentials) => ({ query: signIn, variables: json(credentials), headers: defaultHeaders });

/** The tabs of a first visit. */
export const firstTabs = (credentials) => [
  signInTab(credentials),
  { query: tickets, headers: defaultHeaders },
  { query: ticketChanges, headers: defaultHeaders },
  { query: openTicket, variables: json({ input: ticket }), headers: defaultHeaders },
];
