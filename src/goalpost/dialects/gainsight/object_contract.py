"""What Gainsight documents of the objects that goals refer to; part of `contract`."""

from typing import Any

OBJECT_ENDPOINTS: list[dict[str, Any]] = []
