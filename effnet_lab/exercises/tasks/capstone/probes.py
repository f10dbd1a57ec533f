"""Probe of the capstone's design."""

from collections.abc import Mapping
from dataclasses import asdict, is_dataclass
from typing import Any

from ...plain import Plain, type_name
from ...probing import Inputs


def design(namespace: Mapping[str, Any], inputs: Inputs) -> Plain:
    """Call `design`, and take its network apart; nothing depends on the name."""
    spec = namespace["design"]()
    is_spec = is_dataclass(spec) and not isinstance(spec, type)
    fields = asdict(spec) if is_spec else {}
    fields.pop("name", None)
    return {"type": type_name(spec), "fields": fields}
