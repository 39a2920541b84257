//! The floor of tables: rows as sea-orm entities, typed ids, and the values that columns hold.
//!
//! Nothing here knows a rule of the desk. Rows are found through the domain's finders, which always name an account.

pub mod account;
pub mod api_key;
pub mod app_user;
pub mod automation;
pub mod automation_run;
pub mod automation_step_run;
pub mod chat;
pub mod contact;
pub mod dynamic_field;
pub mod early_report;
pub mod event;
pub mod follower_position;
pub mod hook_body;
pub mod id;
pub mod idempotency;
pub mod log_head;
pub mod mail;
pub mod message;
pub mod message_delivery;
pub mod message_media;
pub mod message_template;
pub mod notice;
pub mod notice_queue;
pub mod notification_mark;
pub mod one_time_token;
pub mod presence;
pub mod refresh_token;
pub mod session;
pub mod ticket;
pub mod ticket_category;
pub mod ticket_count;
pub mod ticket_day;
pub mod ticket_move;
pub mod ticket_note;
pub mod ticket_status;
pub mod ticket_view;
pub mod timestamp;
pub mod value;
pub mod webhook_delivery;
pub mod webhook_endpoint;
pub mod whatsapp_channel;

pub use id::{
    AccountId, ApiKeyId, AutomationId, AutomationRunId, CategoryId, ChannelId, ChatId, ContactId,
    DynamicFieldId, EventId, HookBodyId, MailId, MessageId, NoteId, PresenceId, SessionId, StatusId,
    TemplateId, TicketId, TicketMoveId, TicketViewId, UserId, WebhookDeliveryId, WebhookEndpointId,
};
pub use timestamp::Timestamp;
