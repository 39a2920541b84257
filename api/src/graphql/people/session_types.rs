//! What comes of signing in and out.

use async_graphql::{Context, ID, Result, SimpleObject};
use sportello_domain::{
    Refusal, RefusalCode,
    session::{AccountChoice as DomainChoice, OpenedSession, SignedIn},
};

use super::Viewer;
use crate::graphql::{
    context::{desk, store},
    error::{UserError, settle, to_graphql, user_errors},
    scalars::DateTime,
};

/// What came of signing in, or of going on with a session.
#[derive(Default, SimpleObject)]
pub struct SessionPayload {
    /// What `Authorization: Bearer` carries.
    pub access_token: Option<String>,
    /// When the access token stops being good.
    pub expires_at: Option<DateTime>,
    /// What `sessionRefresh` takes for the next access token. It serves once; using it again ends the session.
    pub refresh_token: Option<String>,
    /// Who is signed in.
    pub viewer: Option<Viewer>,
    /// With ACCOUNT_REQUIRED: the accounts that address and password fit.
    pub accounts: Vec<AccountChoice>,
    /// Why nobody is signed in; empty when somebody is.
    pub user_errors: Vec<UserError>,
}

/// An account to choose when signing in.
#[derive(SimpleObject)]
pub struct AccountChoice {
    /// What `signIn` takes as `accountId`.
    pub id: ID,
    /// What people call it.
    pub name: String,
}

impl From<DomainChoice> for AccountChoice {
    fn from(DomainChoice { id, name }: DomainChoice) -> Self {
        Self { id: id.to_string().into(), name }
    }
}

impl SessionPayload {
    /// The payload of a sign-in.
    pub(super) async fn signed_in(
        ctx: &Context<'_>,
        signed_in: sportello_domain::Result<SignedIn>,
    ) -> Result<Self> {
        match settle(signed_in)? {
            Ok(SignedIn::Session(session)) => Self::opened(ctx, session).await,
            Ok(SignedIn::AccountRequired(choices)) => Ok(Self::choosing(choices)),
            Err(refusals) => Ok(Self::refused(refusals)),
        }
    }

    /// The payload of whatever else opens a session or goes on with one.
    pub(super) async fn of(
        ctx: &Context<'_>,
        session: sportello_domain::Result<OpenedSession>,
    ) -> Result<Self> {
        match settle(session)? {
            Ok(session) => Self::opened(ctx, session).await,
            Err(refusals) => Ok(Self::refused(refusals)),
        }
    }

    async fn opened(ctx: &Context<'_>, session: OpenedSession) -> Result<Self> {
        let issued = desk(ctx).people.tokens.issue(&session, store(ctx).now()).map_err(to_graphql)?;
        Ok(Self {
            access_token: Some(issued.token),
            expires_at: Some(issued.expires_at.into()),
            viewer: Some(Viewer::of(ctx, &session.actor).await?),
            refresh_token: Some(session.refresh_token),
            ..Self::default()
        })
    }

    fn choosing(choices: Vec<DomainChoice>) -> Self {
        let message = "this address and password fit several accounts: say which by accountId";
        let refusal = Refusal::new(RefusalCode::AccountRequired, &["accountId"], message);
        let accounts = choices.into_iter().map(AccountChoice::from).collect();
        Self { accounts, ..Self::refused(vec![refusal]) }
    }

    fn refused(refusals: Vec<Refusal>) -> Self {
        Self { user_errors: user_errors(refusals), ..Self::default() }
    }
}

/// What came of signing out.
#[derive(Default, SimpleObject)]
pub struct SignOutPayload {
    /// Always empty so far: an unknown token needs no ending.
    pub user_errors: Vec<UserError>,
}

/// What came of asking for a reset. It never says whether the address is known.
#[derive(Default, SimpleObject)]
pub struct PasswordResetRequestPayload {
    /// Why the input was refused; empty when it was not.
    pub user_errors: Vec<UserError>,
}
