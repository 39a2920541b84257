//! Signing in and out: what anonymous clients may do.

use async_graphql::{Context, Object, Result};
use sportello_domain::{
    session::{self, PasswordReset, SignIn},
    user::{self, InvitationAccept},
};
use sportello_entity::AccountId;
use uuid::Uuid;

use super::{
    PasswordResetRequestPayload, SessionPayload, SignOutPayload,
    inputs::{
        InvitationAcceptInput, PasswordResetInput, PasswordResetRequestInput, SessionRefreshInput,
        SignInInput, SignOutInput,
    },
    state::{authentication, peer},
};
use crate::graphql::{
    error::{settle, user_errors},
    id,
};

/// What anonymous clients may do.
#[derive(Default)]
pub struct SessionMutation;

#[Object]
impl SessionMutation {
    /// Opens a session for whoever knows the password.
    async fn sign_in(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Address and password.")] input: SignInInput,
    ) -> Result<SessionPayload> {
        let SignInInput { email, password, account_id } = input;
        // What is no account's id names none, like one of an account where the address is unknown.
        let account_id = account_id.map(|id| id::parse(&id).unwrap_or(AccountId(Uuid::nil())));
        let input = SignIn { email: email.0, password, account_id };
        SessionPayload::signed_in(ctx, session::sign_in(authentication(ctx), peer(ctx), input).await).await
    }

    /// Goes on with a session: a new access token, and a new refresh token for the one that this uses up.
    async fn session_refresh(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The session's latest refresh token.")] input: SessionRefreshInput,
    ) -> Result<SessionPayload> {
        SessionPayload::of(ctx, session::refresh(authentication(ctx), &input.refresh_token).await).await
    }

    /// Ends a session; its access tokens stop being good within a second.
    async fn sign_out(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "A refresh token of the session.")] input: SignOutInput,
    ) -> Result<SignOutPayload> {
        let ended = settle(session::sign_out(authentication(ctx), &input.refresh_token).await)?;
        Ok(SignOutPayload { user_errors: user_errors(ended.err().unwrap_or_default()) })
    }

    /// Mails a link with which a forgotten password is replaced. The answer never says whether the address is known.
    async fn password_reset_request(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The address.")] input: PasswordResetRequestInput,
    ) -> Result<PasswordResetRequestPayload> {
        let asked = session::request_password_reset(authentication(ctx), peer(ctx), &input.email.0).await;
        Ok(PasswordResetRequestPayload { user_errors: user_errors(settle(asked)?.err().unwrap_or_default()) })
    }

    /// Replaces a forgotten password, ends every session of the user and opens a new one.
    async fn password_reset(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The link's token and the new password.")] input: PasswordResetInput,
    ) -> Result<SessionPayload> {
        let PasswordResetInput { token, new_password } = input;
        let input = PasswordReset { token, new_password };
        SessionPayload::of(ctx, session::reset_password(authentication(ctx), input).await).await
    }

    /// Accepts an invitation: chooses a password, and signs in with it.
    async fn invitation_accept(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The link's token and a password.")] input: InvitationAcceptInput,
    ) -> Result<SessionPayload> {
        let InvitationAcceptInput { invitation_token, password, name } = input;
        let input = InvitationAccept { invitation_token, password, name };
        SessionPayload::of(ctx, user::accept(authentication(ctx), input).await).await
    }
}
