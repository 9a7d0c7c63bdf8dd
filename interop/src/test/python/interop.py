"""The other side of the interop tests: sentence-transformers and transformers.

    interop.py make FOLDER     writes FOLDER/texts.json and a model directory per case, with vectors.json
    interop.py embed FOLDER    opens the model directories in FOLDER, and writes into each
                               sentence-transformers.json if it has a modules.json, and what transformers
                               alone gives, auto-model-mean.json, auto-model-cls.json and
                               auto-model-pooler.json, and card.json, what our code in its README.md
                               gives; or error.txt
    interop.py run FOLDER      runs the exported programs in FOLDER's directories, and writes into each
                               alone.json and batch.json, the vectors of the texts of FOLDER's parent

Vectors are lists of numbers, one per text. Every text is embedded by itself, so that no padding matters.
"""

import json
import os
import re
import sys
import traceback
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["TOKENIZERS_PARALLELISM"] = "false"

import numpy as np
import onnx
import onnxruntime
import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import (
    Dense, Dropout, LayerNorm, Normalize, Pooling, Transformer)
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from torch import nn
from transformers import (
    AutoModel, AutoTokenizer, BertConfig, BertModel, BertTokenizerFast, CamembertConfig, CamembertModel,
    DistilBertConfig, DistilBertModel, RobertaConfig, RobertaModel, RobertaTokenizerFast, XLMRobertaConfig,
    XLMRobertaModel, XLMRobertaTokenizerFast)

TEXTS = [
    "A Man Is Playing A Guitar",
    "two dogs run",
    "",
    "Café déjà vu — naïve façade!",
    "guitarplayer",
    "3.14159 is not 22/7",
    "a man is playing a guitar and a woman is reading a book while two dogs run on the beach. " * 6,
]
WIDTH = 32
POSITIONS = 128
WORDS = TEXTS + ["the quick brown fox jumps over the lazy dog"]


# Tokenizers of the four sorts, of a few hundred tokens.


def wordpiece(folder):
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    tokenizer.train_from_iterator(WORDS, trainers.WordPieceTrainer(vocab_size=150, special_tokens=special))
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[(token, tokenizer.token_to_id(token)) for token in ("[CLS]", "[SEP]")])
    tokenizer.decoder = decoders.WordPiece()
    wrapped = BertTokenizerFast(tokenizer_object=tokenizer, vocab=tokenizer.get_vocab(), do_lower_case=True, model_max_length=POSITIONS)
    wrapped.save_pretrained(folder)
    return wrapped


def byte_level(folder):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    tokenizer.train_from_iterator(
        WORDS,
        trainers.BpeTrainer(
            vocab_size=400, special_tokens=special, initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
    model = json.loads(tokenizer.to_str())["model"]
    wrapped = RobertaTokenizerFast(
        vocab=model["vocab"], merges=[tuple(merge) for merge in model["merges"]],
        model_max_length=POSITIONS)
    wrapped.save_pretrained(folder)
    return wrapped


def unigram(folder):
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.NFKC()
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    special = ["<s>", "<pad>", "</s>", "<unk>"]
    tokenizer.train_from_iterator(
        WORDS, trainers.UnigramTrainer(vocab_size=200, special_tokens=special, unk_token="<unk>"))
    vocab = [tuple(entry) for entry in json.loads(tokenizer.to_str())["model"]["vocab"]]
    wrapped = XLMRobertaTokenizerFast(vocab=vocab + [("<mask>", 0.0)], model_max_length=POSITIONS)
    wrapped.save_pretrained(folder)
    return wrapped


def randomise(module):
    """Weights large enough that every part of a model matters."""
    with torch.no_grad():
        for name, parameter in module.named_parameters():
            noise = torch.randn_like(parameter)
            norm = name.endswith(("LayerNorm.weight", "layer_norm.weight", "norm.weight"))
            parameter.copy_(1 + 0.1 * noise if norm else 0.3 * noise)
    return module.eval()


def encoder(folder, kind):
    """Writes an encoder of a kind with its tokenizer, as transformers does."""
    sizes = dict(hidden_size=WIDTH, num_hidden_layers=3, num_attention_heads=4, intermediate_size=64)
    if kind == "bert":
        tokenizer = wordpiece(folder)
        model = BertModel(BertConfig(vocab_size=len(tokenizer), max_position_embeddings=POSITIONS, **sizes))
    elif kind == "distilbert":
        tokenizer = wordpiece(folder)
        model = DistilBertModel(DistilBertConfig(
            vocab_size=len(tokenizer), max_position_embeddings=POSITIONS, dim=WIDTH, n_layers=3, n_heads=4,
            hidden_dim=64))
    else:
        tokenizer = byte_level(folder) if kind == "roberta" else unigram(folder)
        config, model = {
            "roberta": (RobertaConfig, RobertaModel),
            "xlm-roberta": (XLMRobertaConfig, XLMRobertaModel),
            "camembert": (CamembertConfig, CamembertModel),
        }[kind]
        # Their positions start behind the padding token's id.
        model = model(config(
            vocab_size=len(tokenizer), max_position_embeddings=POSITIONS + 2, type_vocab_size=1,
            pad_token_id=tokenizer.pad_token_id, bos_token_id=tokenizer.bos_token_id,
            eos_token_id=tokenizer.eos_token_id, **sizes))
    randomise(model).save_pretrained(folder)


def dense(inputs, outputs, activation=None, **options):
    return randomise(Dense(inputs, outputs, activation_function=activation or nn.Tanh(), **options))


def pooled(*modes, behind=(), kind="bert", length=None, prompts=None, default=None, **pooling):
    """A case: what `save` needs."""
    def build(folder):
        encoder(folder, kind)
        transformer = Transformer(folder) if length is None else Transformer(folder, max_seq_length=length)
        modules = [transformer, Pooling(WIDTH, pooling_mode=modes[0] if len(modes) == 1 else modes, **pooling)]
        modules += [make() for make in behind]
        return SentenceTransformer(
            modules=modules, prompts=prompts, default_prompt_name=default, device="cpu")
    return build


PROMPTS = dict(prompts={"query": "find a man: ", "document": ""}, default="query")
CHAIN = (
    lambda: dense(WIDTH, 48, nn.GELU()),
    lambda: randomise(LayerNorm(48)),
    lambda: Dropout(0.1),
    lambda: dense(48, 16, nn.Identity(), bias=False),
    Normalize,
)
CASES = {
    "mean": pooled("mean"),
    "cls": pooled("cls"),
    "max": pooled("max"),
    "mean_sqrt_len_tokens": pooled("mean_sqrt_len_tokens"),
    "weightedmean": pooled("weightedmean"),
    "lasttoken": pooled("lasttoken"),
    "two-poolings": pooled("mean", "max"),
    "two-poolings-unsorted": pooled("lasttoken", "cls"),
    "dense": pooled("mean", behind=[lambda: dense(WIDTH, 16)]),
    "dense-relu": pooled("cls", behind=[lambda: dense(WIDTH, 16, nn.ReLU())]),
    "dense-sigmoid": pooled("mean", behind=[lambda: dense(WIDTH, 16, nn.Sigmoid())]),
    "dense-residual": pooled("mean", behind=[lambda: dense(WIDTH, WIDTH, use_residual=True)]),
    "dense-residual-projected": pooled("mean", behind=[lambda: dense(WIDTH, 16, use_residual=True)]),
    "layer-norm": pooled("mean", behind=[lambda: randomise(LayerNorm(WIDTH))]),
    "normalize": pooled("mean", behind=[Normalize]),
    "chain": pooled("mean", behind=CHAIN),
    "prompt": pooled("mean", **PROMPTS),
    "prompt-not-default": pooled("mean", prompts=PROMPTS["prompts"]),
    "prompt-not-pooled": pooled("mean", include_prompt=False, **PROMPTS),
    "prompt-not-pooled-cls": pooled("cls", include_prompt=False, **PROMPTS),
    "prompt-not-pooled-two": pooled("weightedmean", "lasttoken", include_prompt=False, **PROMPTS),
    "length-64": pooled("mean", length=64),
    "length-16-prompt": pooled("mean", length=16, **PROMPTS),
    "distilbert": pooled("mean", kind="distilbert"),
    "distilbert-cls": pooled("cls", kind="distilbert"),
    "roberta": pooled("mean", kind="roberta"),
    "xlm-roberta": pooled("mean", kind="xlm-roberta"),
    "camembert": pooled("cls", kind="camembert"),
}


def encode(model):
    return [model.encode(text).tolist() for text in TEXTS]


def write(file, value):
    file.write_text(json.dumps(value), encoding="utf-8")


def make(folder):
    folder.mkdir(parents=True, exist_ok=True)
    write(folder / "texts.json", TEXTS)
    for number, (name, build) in enumerate(CASES.items()):
        torch.manual_seed(number)
        made = folder / "encoders" / name
        made.mkdir(parents=True, exist_ok=True)
        saved = folder / "models" / name
        build(str(made)).eval().save(str(saved))
        write(saved / "vectors.json", encode(SentenceTransformer(str(saved), device="cpu")))


def write_auto_model(folder):
    """Writes the mean of the tokens, the first token, and the pooler's output, by transformers alone."""
    model, info = AutoModel.from_pretrained(folder, output_loading_info=True)
    missing = [name for name in info["missing_keys"] if not name.startswith("pooler.")]
    if missing:
        raise ValueError(f"{folder} lacks the weights {missing}")
    tokenizer = AutoTokenizer.from_pretrained(folder)
    vectors = {"mean": [], "cls": [], "pooler": []}
    with torch.no_grad():
        for text in TEXTS:
            output = model.eval()(**tokenizer(text, truncation=True, return_tensors="pt"))
            tokens = output.last_hidden_state[0]
            vectors["mean"].append(tokens.mean(0).tolist())
            vectors["cls"].append(tokens[0].tolist())
            if not info["missing_keys"] and output.get("pooler_output") is not None:
                vectors["pooler"].append(output["pooler_output"][0].tolist())
    for name, rows in vectors.items():
        write(folder / f"auto-model-{name}.json", rows)


def write_card(folder):
    """Runs the Python code of the model's card, if there is any, on all texts at once."""
    card = folder / "README.md"
    place = "path/to/this/directory"
    blocks = re.findall(r"```python\n(.*?)```", card.read_text(encoding="utf-8"), re.DOTALL)
    for code in (block for block in blocks if place in block):  # other code came from the source's card
        program = code.replace(place, str(folder))
        names = {}
        exec(program.replace('["A man is playing a guitar."]', json.dumps(TEXTS)), names)
        write(folder / "card.json", names["vectors"].tolist())


def embed(folder):
    for saved in sorted(path for path in folder.iterdir() if path.is_dir()):
        try:
            write_auto_model(saved)
            write_card(saved)
            if (saved / "modules.json").exists():
                write(saved / "sentence-transformers.json", encode(SentenceTransformer(str(saved), device="cpu")))
        except Exception:
            (saved / "error.txt").write_text(traceback.format_exc(), encoding="utf-8")


def onnx_program(folder):
    """Returns what maps named arrays to vectors, the names, and a program's properties."""
    file = str(folder / "model.onnx")
    onnx.checker.check_model(file, full_check=True)
    session = onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"])
    names = [given.name for given in session.get_inputs()]
    return lambda inputs: session.run(None, inputs)[0], names, session.get_modelmeta().custom_metadata_map


def torchscript_program(folder):
    extra = {"prompts": "", "default_prompt_name": ""}
    module = torch.jit.load(folder / "model.pt", _extra_files=extra)
    names = [given.name for given in module.forward.schema.arguments[1:]]

    def program(inputs):
        return module(**{name: torch.from_numpy(array) for name, array in inputs.items()}).detach().numpy()

    return program, names, {name: text.decode() for name, text in extra.items() if text}


def run_program(folder, texts):
    load = onnx_program if (folder / "model.onnx").exists() else torchscript_program
    program, names, properties = load(folder)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    prompt = json.loads(properties.get("prompts", "{}")).get(properties.get("default_prompt_name"), "")

    def vectors(some):
        tokens = tokenizer([prompt + text for text in some], padding=True, truncation=True, return_tensors="np")
        if "prompt_length" in names:
            # Without the special token at the end.
            tokens["prompt_length"] = np.array([len(tokenizer(prompt)["input_ids"]) - 1 if prompt else 0])
        return program({name: tokens[name].astype(np.int64) for name in names}).tolist()

    write(folder / "alone.json", [vectors([text])[0] for text in texts])
    write(folder / "batch.json", vectors(texts))


def run(folder):
    texts = json.loads((folder.parent / "texts.json").read_text(encoding="utf-8"))
    for exported in sorted(path for path in folder.iterdir() if path.is_dir()):
        run_program(exported, texts)


if __name__ == "__main__":
    {"make": make, "embed": embed, "run": run}[sys.argv[1]](Path(sys.argv[2]))
