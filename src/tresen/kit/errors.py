"""The error tree; every error speaks to three audiences.

TresenError            status (HTTP), code (programs), say (shopper or model), hint (developer)
├── Refusal            expected: the rules say no; never logs a traceback
│   ├── NotFound       404
│   ├── Conflict       409
│   ├── Unprocessable  422
│   ├── Unauthorized   401
│   └── TooMany        429
├── Fenced             this worker no longer holds the conversation; stop quietly
├── Misconfigured      a setting is missing or wrong; `hint` says how to mend it
└── Unavailable        something outside does not answer; try again later
"""

from typing import Any

from tresen.kit import words


class TresenError(Exception):
    status = 500
    code = "internal"
    say = "Something went wrong on our side."
    hint = ""

    def __init__(self, say: str | None = None, *, code: str | None = None, hint: str | None = None) -> None:
        self.say = say or self.say
        self.code = code or self.code
        self.hint = hint or self.hint
        super().__init__(self.say if not self.hint else f"{self.say} ({self.hint})")


class Refusal(TresenError):
    """The rules say no. Expected, so it is told to the caller and never logged as a failure."""

    status = 400
    code = "refused"

    def __init__(
        self, say: str | None = None, *, code: str | None = None, hint: str | None = None, **values: Any
    ) -> None:
        super().__init__(say, code=code, hint=hint)
        self.values = values

    def told(self, locale: str) -> str:
        """The refusal as the shopper hears it, in their language."""
        return words.maybe(f"refusal-{self.code}", locale, **self.values) or words.say("refusal", locale)


class NotFound(Refusal):
    status = 404
    code = "not_found"
    say = "There is nothing under this address."


class Conflict(Refusal):
    status = 409
    code = "conflict"


class Unprocessable(Refusal):
    status = 422
    code = "unprocessable"


class Unauthorized(Refusal):
    status = 401
    code = "unauthorized"
    say = "This needs a valid token."


class TooMany(Refusal):
    status = 429
    code = "too_many_requests"
    say = "Too many requests. Please wait a moment and try again."


class Fenced(TresenError):
    """Another responder or worker owns the conversation now."""

    code = "fenced"


class Misconfigured(TresenError):
    code = "misconfigured"


class Unavailable(TresenError):
    status = 503
    code = "unavailable"
    say = "This is not available right now. Please try again in a moment."
