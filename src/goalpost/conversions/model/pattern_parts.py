"""Finds out of a regular expression (RE2's syntax) what any text that it finds must have, as far as that is certain."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

_TOKEN = re.compile(
    r"""
    \\Q(?P<quoted>.*?)(?:\\E|\Z)
    | \\(?P<escape>[pP](?:\{\^?\w+\}|\w)|x\{[0-9A-Fa-f]+\}|x[0-9A-Fa-f]{2}|.)
    | (?P<set>\[\^?\]?(?:\[:\^?\w+:\]|\\.|[^\]\\])*+\])
    | (?P<flags>\(\?[a-zA-Z-]+\))
    | (?P<open>\((?:\?P?<\w+>|\?[a-zA-Z-]*:)?)
    | (?P<close>\)) | (?P<or>\|)
    | (?P<repeat>[*+?]\??|\{[0-9]+(?:,[0-9]*)?\}\??)
    | (?P<any>.)
    """,
    re.DOTALL | re.VERBOSE,
)
_DEEPEST = 50  # groups in one another; nothing is certain of what is deeper
_MULTILINE = re.compile(r"\(\?[a-zA-Z]*m")
_DIVIDERS = frozenset("?&;#")  # of parameters
_CONTROLS = {"n": "\n", "t": "\t", "r": "\r", "f": "\f", "v": "\v", "a": "\a"}


@dataclass
class _Part:
    """One piece of a sequence: the only character it is (`text`), a group (`options`), the start or the end of the
    text, or anything else. It may be missing where it is `optional`, and be there again where it is `repeated`."""

    text: str | None = None
    options: list[list["_Part"]] | None = None
    is_start: bool = False
    is_end: bool = False
    is_divider: bool = False
    is_word: bool = False
    is_empty: bool = False
    optional: bool = False
    repeated: bool = False


@dataclass
class Parts:
    """A pattern taken apart: its alternatives, each a sequence."""

    alternatives: list[list[_Part]] = field(default_factory=list)
    is_multiline: bool = False

    @property
    def has_empty_alternative(self) -> bool:
        """Say whether one of its alternatives is nothing at all, so that every text has it."""
        return len(self.alternatives) > 1 and [] in self.alternatives

    @property
    def is_torn(self) -> bool:
        """Say whether each alternative asks for something before the beginning of the text or behind its end."""
        return not self.is_multiline and all(not _ways_through(parts, {(False, False)}) for parts in self.alternatives)

    def always_has(self, holds: Callable[[str], bool]) -> bool:
        """Say whether each alternative certainly has a run of characters for which `holds` is true."""
        return all(_has_run(parts, holds) for parts in self.alternatives)

    def never_found(self, *, start: str, never: str) -> bool:
        """Say whether no text can have it that begins with `start` ('' for any) and holds none of `never`."""
        return all(
            _needs(parts, never) or (_is_tied(parts) and bool(start) and _first_differs(parts, start))
            for parts in self.alternatives
        )


def parts_of(pattern: str) -> Parts:
    """Take a pattern apart that RE2 has accepted."""
    stack: list[list[list[_Part]]] = [[[]]]
    for found in _TOKEN.finditer(pattern):
        kind, text = found.lastgroup, found[found.lastgroup or 0]
        if kind == "open":
            stack.append([[]])
            if len(stack) > _DEEPEST:
                return Parts([[_Part()]])
        elif kind == "close" and len(stack) > 1:
            options = stack.pop()
            stack[-1][-1].append(_Part(options=options))
        elif kind == "or":
            stack[-1].append([])
        elif kind == "repeat" and stack[-1][-1]:
            stack[-1][-1][-1].repeated |= text[0] in "*+{"
            stack[-1][-1][-1].optional |= text[0] in "*?" or text.startswith(("{0", "{00"))
        elif kind != "flags":
            stack[-1][-1].extend(_single(kind, text))
    return Parts(stack[0], bool(_MULTILINE.search(pattern)))


def _single(kind: str | None, text: str) -> Iterator[_Part]:
    if kind == "quoted":
        yield from (_Part(character) for character in text)
    elif kind == "escape":
        if text in ("A", "b", "B", "z", "E"):
            yield _Part(is_start=text == "A", is_end=text == "z", is_empty=True)
        elif text in ("d", "w"):
            yield _Part(is_word=True)
        elif len(text) == 1 and not text.isalnum():
            yield _Part(text)
        else:
            yield _Part(_CONTROLS.get(text) or _by_number(text))
    elif kind == "set":
        # A set of one character is that character.
        content = text[1:-1]
        content = content[1:] if len(content) == 2 and content[0] == "\\" and not content[1].isalnum() else content
        yield _Part(content if len(content) == 1 else None, is_divider=_DIVIDERS.issuperset(content.replace("\\", "")))
    elif text in "^$":
        yield _Part(is_start=text == "^", is_end=text == "$", is_empty=True)
    else:
        yield _Part(None if text == "." else text)


def _by_number(escape: str) -> str | None:
    digits = escape[1:].strip("{}") if escape.startswith("x") else ""
    return chr(int(digits, 16)) if digits and int(digits, 16) < 0x110000 else None


def _needs(parts: list[_Part], characters: str) -> bool:
    """Say whether a sequence cannot be there without one of these characters."""
    return any(
        (part.text is not None and part.text in characters)
        or (part.options is not None and all(_needs(option, characters) for option in part.options))
        for part in parts
        if not part.optional
    )


def _ways_through(parts: list[_Part], ways: set[tuple[bool, bool]]) -> set[tuple[bool, bool]]:
    """The ways in which a sequence may be passed, out of those in which it may be reached: each says whether a
    character was passed and whether the end of the text was. To go through a repeated part once forbids the least."""
    for part in parts:
        if part.options is not None:
            through = set[tuple[bool, bool]]().union(*(_ways_through(option, ways) for option in part.options))
        elif part.is_empty:
            through = {(passed, ended or part.is_end) for passed, ended in ways if not (passed and part.is_start)}
        else:
            through = {(True, False) for _, ended in ways if not ended}
        ways = ways | through if part.optional else through
    return ways


def _has_run(parts: list[_Part], holds: Callable[[str], bool]) -> bool:
    return any(map(holds, _runs(parts))) or any(
        part.options is not None and all(_has_run(option, holds) for option in part.options)
        for part in parts
        if not part.optional
    )


def _runs(parts: list[_Part]) -> Iterator[str]:
    """The characters of a sequence that certainly stand beside one another. `&` stands for a choice of dividers of
    parameters, and `0` for a value that begins in one of several ways."""
    run = ""
    for part in parts:
        if part.is_empty:
            continue
        text = None if part.optional else _certain_text(part, is_value=run.endswith("="))
        run += text or ""
        if text is None or part.repeated or (part.text is None and text == "0"):
            yield run
            run = ""
    yield run


def _certain_text(part: _Part, *, is_value: bool) -> str | None:
    if part.text is not None:
        return part.text
    if _is_divider(part):
        return "&"
    return "0" if is_value and _begins_value(part) else None


def _is_divider(part: _Part) -> bool:
    if part.options is not None:
        return all(len(option) == 1 and not option[0].optional and _is_divider(option[0]) for option in part.options)
    return part.is_divider or (part.text is not None and part.text in _DIVIDERS)


def _begins_value(part: _Part) -> bool:
    """Say whether what a part begins with is certainly a character of a parameter's value."""
    if part.options is not None:
        return all(bool(option) and not option[0].optional and _begins_value(option[0]) for option in part.options)
    return part.is_word or (part.text is not None and part.text not in _DIVIDERS)


def _is_tied(parts: list[_Part]) -> bool:
    """Say whether a sequence can only be found at the beginning of the text."""
    for part in parts:
        if part.optional or not (part.is_empty or part.options):
            return False
        if part.is_start:
            return True
        if part.options:
            return all(map(_is_tied, part.options))
    return False


def _first_differs(parts: list[_Part], start: str) -> bool:
    """Say whether the first character of a sequence is certainly there, and not `start`."""
    return not _may_begin(parts, start) and not _may_be_empty(parts)


def _may_begin(parts: list[_Part], start: str) -> bool:
    for part in parts:
        if part.options is not None:
            if any(_may_begin(option, start) for option in part.options):
                return True
        elif not part.is_empty and part.text in (None, start):
            return True
        if not _may_be_missing(part):
            return False
    return False


def _may_be_empty(parts: list[_Part]) -> bool:
    return all(map(_may_be_missing, parts))


def _may_be_missing(part: _Part) -> bool:
    return part.optional or part.is_empty or (part.options is not None and any(map(_may_be_empty, part.options)))
