"""Makes unigram: a SentencePiece model of 400 pieces trained on this file's own sentences, written as a
tokenizer.json in the form of T5's, and the ids that the Rust library makes of some texts. Each is cut twice: as T5's
file of FLUX does it ("first") and as older files do ("spaces").

Needs `pip install sentencepiece tokenizers protobuf`. Run: python unigram.py OUT
"""
import base64
import itertools
import json
import sys
import tempfile
from pathlib import Path

import sentencepiece as spm
from sentencepiece import sentencepiece_model_pb2 as proto
from tokenizers import Tokenizer

# A small part of nmt_nfkc, which the real files have in full: what becomes of each sign or letters with marks.
RULES = {
    "\t": " ", "\n": " ", "\r": " ", "\u00a0": " ", "\u3000": " ", "\u200b": " ", "\u2028": " ", "\ufeff": "",
    "\u0001": "", "\u007f": "", "\uff01": "!", "\uff1f": "?", "\uff1a": ":", "\uff0c": ",", "\u2026": "...",
    "\uff21": "A", "\uff42": "b", "\ufb01": "fi", "\u00bd": "1\u20442", "\u00b2": "2", "\u2122": "TM",
    "e\u0301": "\u00e9", "u\u0308": "\u00fc", "o\u0302\u0323": "\u1ed9", "\u212b": "\u00c5", "\u1e9b\u0323": "\u1e69",
    "\u1100\u1161": "\uac00", "\u1100\u1161\u11a8": "\uac01",
}
SUBJECTS = ["the cat", "a red car", "the sky", "her dress", "his coat", "the old house", "a tree", "the dog", "my photo"]
VERBS = ["change", "remove", "make", "turn", "replace", "paint", "brighten", "add a hat to", "write HELLO on", "blur"]
ENDS = ["blue", "as a watercolour painting", "at night", "in the style of Monet", "with snow", "please", "without shadows",
        "and keep everything else", "into a café", "für immer", "to 12.5 % of its size", "(but not the background)"]
SENTENCES = [f"{v.capitalize()} {s} {e}." for v, s, e in itertools.product(VERBS, SUBJECTS, ENDS)]

TEXTS = [
    "", " ", "a", "Change the sky to blue.", "  two  spaces   and more ", "trailing space ", "tab\tand\nnew line\r\nend",
    "CAPITALS and MixedCase", "caf\u00e9 cafe\u0301 u\u0308ber o\u0302\u0323", "full\uff21width \uff01\uff1f\uff0c\uff1a",
    "unknown: \u4e2d\u6587\u5b57 mixed \u4e2d\u6587 with words", "emoji \U0001f600\U0001f600 and \U0001f469\u200d\U0001f467 joined",
    "zero\u200bwidth \ufeffbom \u0001control\u007f", "\u2026 \ufb01ne \u00bd \u00b2 \u2122 \u212b", "\u1100\u1161 \u1100\u1161\u11a8 \uac00",
    "</s> in a text", "before<extra_id_0>after", "space <extra_id_1> around", "<pad></s><unk>", "<extra_id_0>", " <extra_id_1> x",
    "add a hat to the dog, please!", "\u2581already\u2581marked", "x" * 40, "\u00a0nbsp\u00a0start", "\u1e9b\u0323 \u1e9b",
    "make it 12.5 % larger (but not the background)", "a\u0301\u0302\u0303 stacked", "\r\n\r\n", "e\u0301\u0301 twice",
]

out = Path(sys.argv[1])
out.mkdir(parents=True, exist_ok=True)
with tempfile.TemporaryDirectory() as folder:
    rules = Path(folder, "rules.tsv")
    code = lambda text: " ".join(f"{ord(c):X}" for c in text)
    rules.write_text("".join(f"{code(a)}\t{code(b)}\n" for a, b in RULES.items()))
    Path(folder, "text").write_text("\n".join(SENTENCES))
    spm.SentencePieceTrainer.train(
        input=f"{folder}/text", model_prefix=f"{folder}/m", vocab_size=400, model_type="unigram", hard_vocab_limit=False,
        normalization_rule_tsv=str(rules), pad_id=0, eos_id=1, unk_id=2, bos_id=-1, num_threads=1, minloglevel=2)
    model = proto.ModelProto()
    model.ParseFromString(Path(folder, "m.model").read_bytes())

charsmap = base64.b64encode(model.normalizer_spec.precompiled_charsmap).decode()
vocab = [[p.piece, p.score] for p in model.pieces]
specials = ["<pad>", "</s>", "<unk>", "<extra_id_0>", "<extra_id_1>"]
vocab += [[s, 0.0] for s in specials[3:]]
ids = {piece: i for i, (piece, _) in enumerate(vocab)}
added = [{"id": ids[s], "content": s, "single_word": False, "lstrip": s == "<extra_id_1>", "rstrip": s == "<extra_id_1>",
          "normalized": False, "special": True} for s in specials]
end = {"single": [{"Sequence": {"id": "A", "type_id": 0}}, {"SpecialToken": {"id": "</s>", "type_id": 0}}],
       "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 0}}],
       "special_tokens": {"</s>": {"id": "</s>", "ids": [1], "tokens": ["</s>"]}}}
precompiled = {"type": "Precompiled", "precompiled_charsmap": charsmap}
first = {
    "version": "1.0", "truncation": None, "padding": None, "added_tokens": added,
    "normalizer": {"type": "Sequence", "normalizers": [
        precompiled, {"type": "Strip", "strip_left": False, "strip_right": True},
        {"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": "\u2581"}]},
    "pre_tokenizer": {"type": "Metaspace", "replacement": "\u2581", "add_prefix_space": True, "prepend_scheme": "first"},
    "post_processor": {"type": "TemplateProcessing", **end},
    "decoder": {"type": "Metaspace", "replacement": "\u2581", "add_prefix_space": True, "prepend_scheme": "always"},
    "model": {"type": "Unigram", "unk_id": 2, "vocab": vocab},
}
spaces = {"normalizer": precompiled, "pre_tokenizer": {"type": "Sequence", "pretokenizers": [
    {"type": "WhitespaceSplit"}, {"type": "Metaspace", "replacement": "\u2581", "add_prefix_space": True}]}}


def encoded(file):
    tokenizer = Tokenizer.from_str(json.dumps(file))
    return [tokenizer.encode(text).ids for text in TEXTS]


(out / "tokenizer.json").write_text(json.dumps(first, ensure_ascii=False, separators=(",", ":")))
cases = {"spaces": spaces, "texts": TEXTS, "ids": {"first": encoded(first), "spaces": encoded({**first, **spaces})}}
(out / "cases.json").write_text(json.dumps(cases, separators=(",", ":")))
