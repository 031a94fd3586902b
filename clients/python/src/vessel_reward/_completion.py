"""What a model has written, read as a mask in the way the server reads it."""

from __future__ import annotations

import json
import math
import re
from typing import Any, Iterator, Mapping, Optional

from ._masks import Size

# The fields by which an object is meant as a mask.
_FORMS = ("counts", "bits", "png")
# The digits of COCO's counts.
_COUNTS = re.compile(r"[0-o]+")
# White space as JavaScript has it, in which the server is written.
_SPACE = r"\t\n\v\f\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
# Marks of a tokenizer after the text, such as `</s>`, `<eos>` and `<|im_end|>`.
_MARK = re.compile(rf"<[^<>{_SPACE}]{{1,32}}>\Z")
# What stands around a word and is not one of the digits.
_GAPS = " \n\t\r\"'"

def mask_in_completion(completion: str, size: Size) -> Optional[Mapping[str, Any]]:
    """What a completion says the mask is.

    That is the last JSON object in it that has `counts`, `bits` or `png`; else its last word, if that is
    made of the digits of COCO's counts only; else None. What it leaves out is the truth's: the size of
    counts, and width and height of bits.
    """
    for mask in mask_objects(completion):
        return _completed(mask, size)
    return _counts_at_end(completion, size)


def mask_objects(text: str) -> Iterator[Mapping[str, Any]]:
    """The JSON objects in a text that are meant as masks, the last one first.

    No form of a mask holds braces in itself: each is what stands between a brace and the nearest one
    that closes it.
    """
    end = -1
    for found in reversed(list(re.finditer(r"[{}]", text))):
        if found[0] == "}":
            end = found.end()
            continue
        if end < 0:
            continue
        value = _parsed(text[found.start() : end])
        end = -1
        if value is not None and any(form in value for form in _FORMS):
            yield value


def without_prompt(query: str, prompt: str) -> str:
    """What was written after the prompt: a mask in the prompt, such as an example, is not an answer.

    Where a tokenizer has changed the prompt, so that it is not found, so many masks are skipped as it has.
    """
    at = query.find(prompt)
    if at >= 0:
        return query[at + len(prompt) :]
    in_prompt = len(list(mask_objects(prompt)))
    if in_prompt == 0 or in_prompt < len(list(mask_objects(query))):
        return query
    return query[query.rfind("}") + 1 :]


def _parsed(text: str) -> Optional[Mapping[str, Any]]:
    try:
        return json.loads(text, parse_constant=_refuse, parse_float=_finite)
    except (ValueError, RecursionError):
        return None


def _refuse(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _finite(text: str) -> Optional[float]:
    # An infinite number cannot be sent; None makes as wrong a mask.
    value = float(text)
    return value if math.isfinite(value) else None


def _completed(mask: Mapping[str, Any], size: Size) -> Mapping[str, Any]:
    height, width = size
    if "counts" in mask and "size" not in mask:
        return {"size": [height, width], **mask}
    if "bits" in mask and "width" not in mask and "height" not in mask:
        return {**mask, "width": width, "height": height}
    return mask


def _counts_at_end(completion: str, size: Size) -> Optional[Mapping[str, Any]]:
    end = len(completion)
    while True:
        if end > 0 and completion[end - 1] in _GAPS:
            end -= 1
            continue
        mark = _MARK.search(completion[max(0, end - 40) : end])
        # What could be digits is not a mark.
        if mark is None or _COUNTS.fullmatch(mark[0]):
            break
        end -= len(mark[0])
    start = 1 + max(completion.rfind(gap, 0, end) for gap in _GAPS)
    word = completion[start:end]
    return {"size": list(size), "counts": word} if _COUNTS.fullmatch(word) else None
