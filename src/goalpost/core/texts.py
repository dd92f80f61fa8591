"""The one rule for short texts that people type: not blank, not endless, storable everywhere."""


def text_faults(text: str, longest: int) -> list[str]:
    """What is wrong with `text`, in the words of a form's error list; empty when nothing is.

    NUL is refused because PostgreSQL cannot store it, lone surrogates because UTF-8 cannot.
    """
    if not text.strip():
        return ["can't be blank"]
    if len(text) > longest:
        return [f"should be at most {longest} character(s)"]
    if "\0" in text or not _is_encodable(text):
        return ["has invalid characters"]
    return []


def _is_encodable(text: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in text)
