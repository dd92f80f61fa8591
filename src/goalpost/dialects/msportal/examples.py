"""Requests as the API page shows them: what a first request needs, not all that it may have."""

from goalpost.web.openapi import Example

A_GOAL = "01a1fd47-9ba8-7d25-b82d-f5749bbf6d93"
A_TASK = "01a1fd47-9ba9-7b11-9c55-6a1f0c7d2e40"
A_COMPANY = "01a1fd47-9ba0-7c02-8d31-0b5e9f4c7a18"
_ABOUT_A_GOAL, _ABOUT_A_TASK = {"id": A_GOAL}, {"id": A_GOAL, "taskId": A_TASK}
_DUE = "2026-03-31T17:00:00.000Z"

EXAMPLES: dict[str, Example] = {
    "create_goal": Example(
        body={
            "title": "Move to MFA",
            "companyId": A_COMPANY,
            "description": "Every account, by the end of the quarter.",
            "dueDate": _DUE,
            "progressPercentage": 25,
            "quarter": "Q1",
            "year": 2026,
        }
    ),
    "get_goal": Example(path=_ABOUT_A_GOAL),
    "update_goal": Example(path=_ABOUT_A_GOAL, body={"progressPercentage": 50, "dueDate": _DUE}),
    "delete_goal": Example(path=_ABOUT_A_GOAL),
    "list_tasks": Example(path=_ABOUT_A_GOAL),
    "create_task": Example(path=_ABOUT_A_GOAL, body={"title": "Enrol the sales team", "dueDate": _DUE}),
    "update_task": Example(path=_ABOUT_A_TASK, body={"isCompleted": True}),
    "delete_task": Example(path=_ABOUT_A_TASK),
    "list_updates": Example(path=_ABOUT_A_GOAL),
    "create_update": Example(
        path=_ABOUT_A_GOAL, body={"updateText": "Half of the team is enrolled.", "progressPercentage": 50}
    ),
    "get_company": Example(path={"id": A_COMPANY}),
    "update_company": Example(path={"id": A_COMPANY}, body={"name": "Example Limited"}),
}
"""Examples by the operations' names."""
