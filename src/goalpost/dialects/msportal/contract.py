"""Endpoints as MSPortal documents them: the coverage page and its tests hold the live dialect against this table.

What is a `guess` those pages leave open; it was chosen here, by analogy to their other resources.
"""

from typing import Any

TITLE = "MSPortal"
BASE = "/api/public/v1"
SOURCES = {
    "seed": "https://docs.msportal.ai/api-reference/goals/create-goal",
    "doc": "the same of another resource, on another page of https://docs.msportal.ai",
    "guess": "not documented; chosen here",
}

SEED, DOC, GUESS = SOURCES
READ, WRITE, READ_COMPANIES, WRITE_COMPANIES = "goals.read", "goals.write", "companies.read", "companies.write"

_WRITABLE = dict.fromkeys(
    (
        *("title", "companyId", "description", "statusId", "priorityId", "categoryId"),
        *("dueDate", "progressPercentage", "quarter", "year"),
    ),
    SEED,
)
_GOAL = dict.fromkeys(
    (
        *("id", "title", "description", "dueDate", "progressPercentage", "quarter", "year"),
        *("company.id", "company.name", "status.id", "status.name", "priority.id", "priority.name"),
        *("category.id", "category.name", "createdAt", "updatedAt"),
    ),
    SEED,
)
_TASK = dict.fromkeys(("id", "title", "description", "isCompleted", "dueDate", "createdAt"), SEED)
_UPDATE = dict.fromkeys(("id", "updateText", "progressPercentage", "createdAt"), SEED)
_DETAIL = {
    **_GOAL,
    **{f"tasks[].{name}": source for name, source in _TASK.items()},
    **{f"updates[].{name}": source for name, source in _UPDATE.items()},
}
_WRITABLE_TASK = dict.fromkeys(("title", "description", "dueDate", "isCompleted"), GUESS)
_WRITABLE_UPDATE = dict.fromkeys(("updateText", "progressPercentage"), GUESS)
_COMPANY = dict.fromkeys(("id", "name", "createdAt", "updatedAt"), GUESS)
_PAGE_QUERY = {"page": DOC, "limit": DOC}
_ORDER_QUERY = {**_PAGE_QUERY, "sortColumn": DOC, "sortDesc": DOC, "search": GUESS}
_GOAL_QUERY = {
    **_ORDER_QUERY,
    "companyId": DOC,
    **dict.fromkeys(("statusId", "priorityId", "categoryId", "quarter", "year", "dueDateFrom", "dueDateTo"), GUESS),
}
_PAGINATION = dict.fromkeys(
    (f"pagination.{name}" for name in ("page", "limit", "totalCount", "totalPages", "hasNextPage", "hasPrevPage")),
    DOC,
)


def _one(fields: dict[str, str]) -> dict[str, str]:
    return {f"data.{name}": source for name, source in fields.items()}


def _many(fields: dict[str, str]) -> dict[str, str]:
    return {f"data[].{name}": source for name, source in fields.items()} | _PAGINATION


def _list_of_items(title: str, name: str) -> dict[str, Any]:
    return {
        "title": title,
        "route": f"GET /goals/{name}",
        "scope": READ,
        "status": 200,
        "source": GUESS,
        "response": _many({"id": GUESS, "name": GUESS}),
    }


ENDPOINTS: list[dict[str, Any]] = [
    {
        "title": "Create goal",
        "route": "POST /goals",
        "scope": WRITE,
        "status": 201,
        "source": SEED,
        "request": _WRITABLE,
        "response": _one(_DETAIL),
    },
    {
        "title": "List goals",
        "route": "GET /goals",
        "scope": READ,
        "status": 200,
        "source": GUESS,
        "query": _GOAL_QUERY,
        "response": _many(_GOAL),
    },
    {
        "title": "Get goal",
        "route": "GET /goals/{id}",
        "scope": READ,
        "status": 200,
        "source": GUESS,
        "response": _one(_DETAIL),
    },
    {
        "title": "Update goal",
        "route": "PATCH /goals/{id}",
        "scope": WRITE,
        "status": 200,
        "source": GUESS,
        "request": _WRITABLE,
        "response": _one(_DETAIL),
    },
    {
        "title": "Delete goal",
        "route": "DELETE /goals/{id}",
        "scope": WRITE,
        "status": 204,
        "source": GUESS,
    },
    _list_of_items("List statuses", "statuses"),
    _list_of_items("List priorities", "priorities"),
    _list_of_items("List categories", "categories"),
    {
        "title": "List tasks",
        "route": "GET /goals/{id}/tasks",
        "scope": READ,
        "status": 200,
        "source": GUESS,
        "query": _PAGE_QUERY,
        "response": _many(_TASK),
    },
    {
        "title": "Create task",
        "route": "POST /goals/{id}/tasks",
        "scope": WRITE,
        "status": 201,
        "source": GUESS,
        "request": _WRITABLE_TASK,
        "response": _one(_TASK),
    },
    {
        "title": "Update task",
        "route": "PATCH /goals/{id}/tasks/{taskId}",
        "scope": WRITE,
        "status": 200,
        "source": GUESS,
        "request": _WRITABLE_TASK,
        "response": _one(_TASK),
    },
    {
        "title": "Delete task",
        "route": "DELETE /goals/{id}/tasks/{taskId}",
        "scope": WRITE,
        "status": 204,
        "source": GUESS,
    },
    {
        "title": "List updates",
        "route": "GET /goals/{id}/updates",
        "scope": READ,
        "status": 200,
        "source": GUESS,
        "query": _PAGE_QUERY,
        "response": _many(_UPDATE),
    },
    {
        "title": "Create update",
        "route": "POST /goals/{id}/updates",
        "scope": WRITE,
        "status": 201,
        "source": GUESS,
        "request": _WRITABLE_UPDATE,
        "response": _one(_UPDATE),
    },
    {
        "title": "List companies",
        "route": "GET /companies",
        "scope": READ_COMPANIES,
        "status": 200,
        "source": GUESS,
        "query": _ORDER_QUERY,
        "response": _many(_COMPANY),
    },
    {
        "title": "Create company",
        "route": "POST /companies",
        "scope": WRITE_COMPANIES,
        "status": 201,
        "source": GUESS,
        "request": {"name": GUESS},
        "response": _one(_COMPANY),
    },
    {
        "title": "Get company",
        "route": "GET /companies/{id}",
        "scope": READ_COMPANIES,
        "status": 200,
        "source": GUESS,
        "response": _one(_COMPANY),
    },
    {
        "title": "Update company",
        "route": "PATCH /companies/{id}",
        "scope": WRITE_COMPANIES,
        "status": 200,
        "source": GUESS,
        "request": {"name": GUESS},
        "response": _one(_COMPANY),
    },
    {
        "title": "List company users",
        "route": "GET /companies/users",
        "scope": READ_COMPANIES,
        "status": 200,
        "source": DOC,
    },
]


def _failure(code: str, text: str, details: str = "null") -> str:
    return f'{{"error":"{text}","requestId":"…","details":{details},"code":"{code}"}}'


FAILURES: dict[int, tuple[str, str]] = {
    400: (
        SEED,
        '{"error":"Validation failed","requestId":"…","details":[{"field":"title","message":"can\'t be blank"}],'
        '"code":"VALIDATION_ERROR"}',
    ),
    401: (SEED, _failure("UNAUTHORIZED", "Unauthorized")),
    403: (SEED, _failure("FORBIDDEN", "Missing required scope: goals.write", '{"requiredScope":"goals.write"}')),
    404: (GUESS, _failure("NOT_FOUND", "Not found")),
    405: (GUESS, _failure("METHOD_NOT_ALLOWED", "Method not allowed")),
    409: (GUESS, _failure("CONFLICT", "…")),
    413: (GUESS, _failure("PAYLOAD_TOO_LARGE", "…")),
    429: (GUESS, _failure("RATE_LIMITED", "Rate limit exceeded")),
    500: (GUESS, _failure("INTERNAL_ERROR", "Internal server error")),
    503: (GUESS, _failure("UNAVAILABLE", "Temporarily unavailable")),
}

DIFFERENCES: dict[str, str] = {
    "keys_have_their_own_prefix": "Keys begin with `gp_` and are made with `goalpost key create`.",
    "a_blank_title_is_refused": "A title of blanks alone is 400; the vendor's schema would take it.",
    "a_year_is_whole": "A year with a fraction is 400; the vendor's schema would take it. `2026.0` is 2026.",
    "nul_cannot_be_stored": "A text with U+0000 or half of a surrogate pair is 400.",
    "progress_has_two_decimals": "Progress is kept with two decimals, the nearest.",
    "statuses_serve_two_vendors": "A new workspace's statuses have the words of two vendors, because both see the same "
    "goals; `goalpost picklist retire` takes away those that you do not use.",
    "goals_without_a_company_are_not_shown": "Goals that are about no company have no place here and are not shown.",
    "computed_progress_cannot_be_written": "Where a goal's progress is computed from its tasks or metrics, which has "
    "to be switched on, another `progressPercentage` is 400.",
    "a_post_can_be_sent_again": "A POST may bear an `Idempotency-Key`.",
    "a_company_has_no_users_here": "`/companies/users` is 404.",
    "parameters_are_sent_once": "A known query parameter that is sent twice is 400. One that an endpoint does not know "
    "changes nothing and is named in `warnings`, a list of texts beside `data`.",
    "trailing_slashes_are_forgiven": "Trailing and doubled slashes are taken for typing errors.",
}
"""Differences: what behaves otherwise than documented or is more than documented. Each is a test of this name."""
