"""schemathesis over OpenAPI documents: the checks of every answer, and as many requests as a gate has time for."""

from typing import Any

import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.schemas import BaseSchema
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


def sampled(document: dict[str, Any]) -> BaseSchema:
    """A document's operations with random requests alone, without one for each border that its schemas have."""
    schema = schemathesis.openapi.from_dict(document)
    schema.config.phases.coverage.enabled = False
    return schema


def bounded(examples: int) -> settings:
    """Every run sends the same requests; a failure names the request as a curl line."""
    ignored = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much]
    return settings(max_examples=examples, derandomize=True, deadline=None, suppress_health_check=ignored)


def check_answer(case: schemathesis.Case, url: str, headers: dict[str, str]) -> None:
    """Send the request: no fault, and no answer that the document does not have."""
    case.call_and_validate(base_url=url, headers=headers, checks=CHECKS)
