//! Changing the account, its people and its keys.

use async_graphql::{Context, MergedObject, Object, Result};
use sportello_domain::{
    account::{self, AccountUpdate},
    api_key::{self, ApiKeyCreate},
    user::{self, InviteUser, Invited, ProfileUpdate, UserUpdate},
};
use sportello_entity::{ApiKeyId, UserId};
use uuid::Uuid;

use super::{
    AccountPayload, ApiKey, ApiKeyCreatePayload, ApiKeyPayload, SessionMutation, User, UserInvitePayload,
    UserPayload, Viewer,
    inputs::{
        AccountUpdateInput, ApiKeyCreateInput, ApiKeyRevokeInput, InvitationResendInput, ProfileUpdateInput,
        UserInviteInput, UserUpdateInput,
    },
    state::{authentication, peer},
};
use crate::graphql::{
    context::{actor, store},
    error::{settle, to_graphql, user_errors},
    id,
};

/// What may be done about the account and its people.
#[derive(MergedObject, Default)]
pub struct PeopleMutation(SessionMutation, AccountMutation);

/// What users may do to the account, its people and its keys.
#[derive(Default)]
pub struct AccountMutation;

#[Object]
impl AccountMutation {
    /// Invites somebody: makes the user and mails the link with which they choose a password. ADMIN and up.
    async fn user_invite(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whom, and as what.")] input: UserInviteInput,
    ) -> Result<UserInvitePayload> {
        let UserInviteInput { email, name, role, locale, idempotency_key } = input;
        let locale = locale.map(|locale| locale.0);
        let input = InviteUser { email: email.0, name, role: role.into(), locale, idempotency_key };
        invited(ctx, user::invite(store(ctx), actor(ctx)?, input).await).await
    }

    /// Mails the invitation again, with a new link; the one before is good no more. ADMIN and up.
    async fn invitation_resend(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whom.")] input: InvitationResendInput,
    ) -> Result<UserInvitePayload> {
        let user_id = id::parse(&input.user_id).unwrap_or(UserId(Uuid::nil()));
        invited(ctx, user::resend(store(ctx), actor(ctx)?, user_id).await).await
    }

    /// Changes what another user may do. ADMIN and up; owners are changed by owners only.
    async fn user_update(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to change.")] input: UserUpdateInput,
    ) -> Result<UserPayload> {
        let user_id = id::parse(&input.id).unwrap_or(UserId(Uuid::nil()));
        let role = id::change(input.role.map_value(Into::into));
        let input = UserUpdate { id: user_id, role, is_active: id::change(input.is_active) };
        match settle(user::update(authentication(ctx), actor(ctx)?, input).await)? {
            Ok(()) => Ok(UserPayload { user: found(ctx, user_id).await?, user_errors: Vec::new() }),
            Err(refusals) => Ok(UserPayload { user: None, user_errors: user_errors(refusals) }),
        }
    }

    /// Changes one's own profile or password. For users, not for keys.
    async fn profile_update(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to change.")] input: ProfileUpdateInput,
    ) -> Result<UserPayload> {
        let ProfileUpdateInput { name, locale, receives_ticket_emails, current_password, new_password } =
            input;
        let input = ProfileUpdate {
            name: id::change(name),
            locale: id::change(locale.map_value(|locale| locale.0)),
            receives_ticket_emails: id::change(receives_ticket_emails),
            current_password,
            new_password,
        };
        let actor = actor(ctx)?;
        match settle(user::update_profile(authentication(ctx), actor, peer(ctx), input).await)? {
            Ok(()) => {
                let user = Viewer::of(ctx, actor).await?.as_user()?;
                Ok(UserPayload { user: Some(user), user_errors: Vec::new() })
            }
            Err(refusals) => Ok(UserPayload { user: None, user_errors: user_errors(refusals) }),
        }
    }

    /// Changes the account's own fields. ADMIN and up.
    async fn account_update(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to change.")] input: AccountUpdateInput,
    ) -> Result<AccountPayload> {
        let AccountUpdateInput { name, locale, time_zone, reference_prefix } = input;
        let input = AccountUpdate {
            name: id::change(name),
            locale: id::change(locale.map_value(|locale| locale.0)),
            time_zone: id::change(time_zone),
            reference_prefix: id::change(reference_prefix),
        };
        let actor = actor(ctx)?;
        if let Err(refusals) = settle(account::update(store(ctx), actor, input).await)? {
            return Ok(AccountPayload { account: None, user_errors: user_errors(refusals) });
        }
        let directory = store(ctx).directory(actor.account_id).await.map_err(to_graphql)?;
        Ok(AccountPayload { account: Some(directory.account.clone().into()), user_errors: Vec::new() })
    }

    /// Makes an API key. Its secret is shown this once. For users, ADMIN and up.
    async fn api_key_create(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What it is to be.")] input: ApiKeyCreateInput,
    ) -> Result<ApiKeyCreatePayload> {
        let ApiKeyCreateInput { name, scopes, expires_at } = input;
        let scopes = scopes.into_iter().map(Into::into).collect();
        let input = ApiKeyCreate { name, scopes, expires_at: expires_at.map(|moment| moment.0) };
        Ok(match settle(api_key::create(store(ctx), actor(ctx)?, input).await)? {
            Ok(created) => ApiKeyCreatePayload {
                api_key: Some(created.key.into()),
                secret: Some(created.secret),
                user_errors: Vec::new(),
            },
            Err(refusals) => {
                ApiKeyCreatePayload { user_errors: user_errors(refusals), ..ApiKeyCreatePayload::default() }
            }
        })
    }

    /// Revokes an API key, for good. For users, ADMIN and up.
    async fn api_key_revoke(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] input: ApiKeyRevokeInput,
    ) -> Result<ApiKeyPayload> {
        let key_id = id::parse(&input.id).unwrap_or(ApiKeyId(Uuid::nil()));
        Ok(match settle(api_key::revoke(authentication(ctx), actor(ctx)?, key_id).await)? {
            Ok(key) => ApiKeyPayload { api_key: Some(ApiKey::from(key)), user_errors: Vec::new() },
            Err(refusals) => ApiKeyPayload { api_key: None, user_errors: user_errors(refusals) },
        })
    }
}

async fn invited(ctx: &Context<'_>, invited: sportello_domain::Result<Invited>) -> Result<UserInvitePayload> {
    match settle(invited)? {
        Ok(Invited { user_id, token, is_replay }) => Ok(UserInvitePayload {
            user: found(ctx, user_id).await?,
            invitation_token: token,
            user_errors: Vec::new(),
            replayed: is_replay,
        }),
        Err(refusals) => {
            Ok(UserInvitePayload { user_errors: user_errors(refusals), ..UserInvitePayload::default() })
        }
    }
}

async fn found(ctx: &Context<'_>, id: UserId) -> Result<Option<User>> {
    let directory = store(ctx).directory(actor(ctx)?.account_id).await.map_err(to_graphql)?;
    Ok(directory.user(id).cloned().map(User::from))
}
