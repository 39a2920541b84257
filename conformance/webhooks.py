"""Says whether the official library of Standard Webhooks takes the {"secret", "headers", "body"} on its input."""

import json
import sys

from standardwebhooks import Webhook, WebhookVerificationError

message = json.load(sys.stdin)
try:
    Webhook(message["secret"]).verify(message["body"], message["headers"])
    print("verified")
except WebhookVerificationError:
    print("refused")
