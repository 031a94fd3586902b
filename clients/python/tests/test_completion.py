import json

import pytest

from vessel_reward._completion import mask_in_completion, mask_objects, without_prompt
from vessel_reward._label import label_of
from vessel_reward._masks import size_of

SIZE = (2, 3)
COUNTS = {"size": [2, 3], "counts": "132"}


@pytest.mark.parametrize(
    ("completion", "mask"),
    [
        ('{"size": [2, 3], "counts": "132"}', COUNTS),
        ('The mask is {"counts": "132"}, I think.', COUNTS),
        ('```json\n{"counts": [1, 3, 2]}\n```', {"size": [2, 3], "counts": [1, 3, 2]}),
        # The last one counts, whatever comes behind it.
        ('{"counts": "6"} no: {"counts": "132"} {"so": "it is"}', COUNTS),
        ('{"answer": {"counts": "132"}}', COUNTS),
        ('{{{"counts": "132"}', COUNTS),
        ('}{ {"counts": "132"} }{', COUNTS),
        ('{"bits": "WA=="}', {"bits": "WA==", "width": 3, "height": 2}),
        ('{"bits": "WA==", "width": 3}', {"bits": "WA==", "width": 3}),
        ('{"png": "iVBO"}', {"png": "iVBO"}),
        ('{"counts": "132", "size": null}', {"counts": "132", "size": None}),
        # Its last word.
        ("132", COUNTS),
        ("the counts: 132\n", COUNTS),
        ('counts = "132"', COUNTS),
        ("132</s>", COUNTS),
        ("132 <|im_end|>\n<eos>", COUNTS),
        ("`1\\32", {"size": [2, 3], "counts": "`1\\32"}),
        ("", None),
        ("   </s>", None),
        ("132.", None),
        ("{'counts': '132'}", None),
        # A text that was cut off has words, too.
        ('{"counts": "132"', COUNTS),
        ('{"counts": NaN}', None),
        ('{"counts": 1e999}', {"size": [2, 3], "counts": None}),
        ('{"size": [2, 3]}', None),
        ("[" * 100_000, {"size": [2, 3], "counts": "[" * 100_000}),
        ('{"counts": ' + "[" * 100_000 + "}", None),
        ("{" * 100_000, None),
        ("}" * 100_000, None),
        ("{}" * 50_000, None),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_is_the_mask(completion, mask):
    assert mask_in_completion(completion, SIZE) == mask
    # Whatever is found can be sent.
    json.dumps(mask, allow_nan=False)


def test_masks_of_a_text_come_last_first():
    text = 'one {"counts": "1"} two {"bits": "A"} {"other": 1} three {"png": ""}'
    assert list(mask_objects(text)) == [{"png": ""}, {"bits": "A"}, {"counts": "1"}]


def test_a_mask_in_the_prompt_is_not_an_answer():
    prompt = 'Such as {"counts": "6"}.'
    assert without_prompt(f"<s>{prompt} Here: 132", prompt) == " Here: 132"
    # A tokenizer has changed white space.
    changed = 'Such as {"counts": "6"} .'
    assert without_prompt(f"{changed} I cannot", prompt) == " . I cannot"
    assert mask_in_completion(without_prompt(changed + ' {"counts": "132"}', prompt), SIZE) == COUNTS
    assert without_prompt("the prompt is gone 132", "another") == "the prompt is gone 132"


def test_the_size_of_a_truth():
    png = "iVBORw0KGgoAAAANSUhEUgAAAAUAAAADAQAAAAB8d7nMAAAAAElFTkSuQmCC"
    assert size_of({"png": png}) == (3, 5)
    assert size_of(COUNTS) == (2, 3)
    assert size_of({"bits": "", "width": 3, "height": 2}) == (2, 3)
    for wrong in ({}, {"counts": "1"}, {"counts": "1", "size": [1]}, {"png": "?"}, {"png": 3}):
        assert size_of(wrong) == (0, 0)


def test_labels():
    rows = [[0, 1, 0], [1, 1, 0]]
    bits = {"bits": "WA==", "width": 3, "height": 2}
    for given in (rows, json.dumps(rows), bits, json.dumps(bits), {"truth": rows}, {"truth": json.dumps(bits)}):
        assert label_of(given, None, "label") == (bits, None)
    assert label_of(json.dumps({"truth": COUNTS, "within": bits}), None, "label") == (COUNTS, bits)
    # Columns of data sets have all fields that any of their rows has.
    assert label_of({**COUNTS, "bits": None}, None, "label") == (COUNTS, None)
    for wrong in ("132", None, {"truth": None}, {"truth": bits, "mask": bits}, {"truth": "no JSON"}):
        with pytest.raises((TypeError, ValueError), match="label"):
            label_of(wrong, None, "label")
