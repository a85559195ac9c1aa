"""The refusals of the Bot API, in Telegram's own words, since programs tell them apart by these words.

Tree: ApiError (answered as JSON) · Silence (the connection is closed without an answer).
"""

from typing import Any

Json = dict[str, Any]
"""One JSON object: an update, a message, the parameters of a call."""

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same"
    " as a current content and reply markup of the message"
)
QUERY_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
TERMINATED_BY_POLL = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
TERMINATED_BY_WEBHOOK = "Conflict: terminated by setWebhook request"
WEBHOOK_ACTIVE = (
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)

FORBIDDEN = {
    "never": "Forbidden: bot can't initiate conversation with a user",
    "blocked": "Forbidden: bot was blocked by the user",
    "deactivated": "Forbidden: user is deactivated",
    "kicked": "Forbidden: bot was kicked from the group chat",
    "kicked_from_supergroup": "Forbidden: bot was kicked from the supergroup chat",
}
"""Why a chat does not let the bot in; the keys are the closed states of a chat."""


class ApiError(Exception):
    """A call that Telegram refuses: an error code, a description and sometimes parameters for the program."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        """Keep what the answer needs; `parameters` are retry_after or migrate_to_chat_id."""
        super().__init__(f"{code} {description}")
        self.code = code
        self.description = description
        self.parameters = parameters

    def body(self) -> Json:
        """Return the answer as Telegram writes it."""
        body: Json = {"ok": False, "error_code": self.code, "description": self.description}
        if self.parameters:
            body["parameters"] = self.parameters
        return body


class Silence(Exception):
    """The connection is closed; whoever called learns nothing."""


def bad(why: str) -> ApiError:
    """Return a 400 as Telegram phrases it."""
    return ApiError(400, f"Bad Request: {why}")


def conflict(description: str) -> ApiError:
    """Return a 409; the description is complete already."""
    return ApiError(409, description)


def too_many(seconds: int) -> ApiError:
    """Return a 429 that asks for so many seconds of patience."""
    return ApiError(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)


def migrated(to: int) -> ApiError:
    """Return the 400 of a group that lives on as the supergroup `to`."""
    return ApiError(400, "Bad Request: group chat was upgraded to a supergroup chat", migrate_to_chat_id=to)
