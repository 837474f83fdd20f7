"""Train a compact Transformer for an Argos package.

    python train.py DATA OUT --minutes 90 --decay 25 --dim 256 --heads 4 --hidden 1024 --layers 4 2
    python train.py DATA OUT --steps 9000 --decay-steps 3000 …          the same run again, counted in steps

Reads DATA/train.npz (see prepare.py). Uses a CUDA GPU when there is one, else the CPU, in bfloat16 with float32
master weights. The learning rate warms up, stays, and falls to zero at the end (warm-up, stable, decay: Hu et al.
2024, MiniCPM, arXiv:2404.06395), so that a run may be ended at any time: when the minutes are nearly spent, or when a
file OUT/decay appears. OUT/log.json says at which step the decay began and ended; with these as --steps and
--decay-steps a run is repeated batch by batch. The weights written are the running average over the decay, or the last
ones of a run without any. `--resume OUT/checkpoint.pt` goes on where a run stopped. Writes OUT/weights-K.npz (int8 rows
and their scales, files of at most 15 MiB); package.py turns them into a package.
"""

import argparse
import json
import math
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
import weights
from torch import Tensor, nn
from torch.nn import functional

BLANK, BOS, EOS = 0, 2, 3
MAX_POSITIONS = 256


def attended(q: Tensor, k: Tensor, v: Tensor, *, mask: Tensor | None, causal: bool) -> Tensor:
    """Scaled dot-product attention; `mask` is true where a key may be seen."""
    if q.is_cuda:
        return functional.scaled_dot_product_attention(q, k, v, attn_mask=mask, is_causal=causal)
    # written out: for sentences of some twenty tokens a CPU spends a fifth of this on it
    scores = (q * q.shape[-1] ** -0.5) @ k.transpose(-1, -2)
    if causal:
        mask = torch.ones(scores.shape[-2:], dtype=torch.bool).tril()
    if mask is not None:
        scores = scores.masked_fill(~mask, -1e4)
    return scores.softmax(-1).to(v.dtype) @ v


class Attention(nn.Module):
    """Pre-norm attention with its residual; across to `memory` where one is given."""

    def __init__(self, dim: int, heads: int, dropout: float) -> None:
        super().__init__()
        self.heads, self.dropout = heads, dropout
        self.norm = nn.LayerNorm(dim)
        self.query = nn.Linear(dim, dim)
        self.key = nn.Linear(dim, dim)
        self.value = nn.Linear(dim, dim)
        self.out = nn.Linear(dim, dim)

    def forward(
        self, x: Tensor, memory: Tensor | None = None, mask: Tensor | None = None, *, causal: bool = False
    ) -> Tensor:
        """`x` [batch, length, dim] plus what it attends to."""
        h = self.norm(x)
        source = h if memory is None else memory
        batch, length, dim = h.shape

        def split(t: Tensor) -> Tensor:
            return t.view(batch, -1, self.heads, dim // self.heads).transpose(1, 2)

        q, k, v = split(self.query(h)), split(self.key(source)), split(self.value(source))
        y = attended(q, k, v, mask=mask, causal=causal)
        return x + functional.dropout(
            self.out(y.transpose(1, 2).reshape(batch, length, dim)), self.dropout, self.training and self.dropout > 0
        )


class FeedForward(nn.Module):
    """Pre-norm feed-forward with its residual."""

    def __init__(self, dim: int, hidden: int, dropout: float) -> None:
        super().__init__()
        self.dropout = dropout
        self.norm = nn.LayerNorm(dim)
        self.up = nn.Linear(dim, hidden)
        self.down = nn.Linear(hidden, dim)

    def forward(self, x: Tensor) -> Tensor:
        """`x` plus its transformation."""
        return x + functional.dropout(
            self.down(functional.relu(self.up(self.norm(x)))), self.dropout, self.training and self.dropout > 0
        )


class EncoderLayer(nn.Module):
    """Self-attention, feed-forward."""

    def __init__(self, dim: int, heads: int, hidden: int, dropout: float) -> None:
        super().__init__()
        self.attention = Attention(dim, heads, dropout)
        self.feed = FeedForward(dim, hidden, dropout)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """The next layer's input."""
        return self.feed(self.attention(x, mask=mask))


class DecoderLayer(nn.Module):
    """Causal self-attention, attention to the source, feed-forward."""

    def __init__(self, dim: int, heads: int, hidden: int, dropout: float) -> None:
        super().__init__()
        self.attention = Attention(dim, heads, dropout)
        self.cross = Attention(dim, heads, dropout)
        self.feed = FeedForward(dim, hidden, dropout)

    def forward(self, x: Tensor, memory: Tensor, mask: Tensor) -> Tensor:
        """The next layer's input."""
        return self.feed(self.cross(self.attention(x, causal=True), memory, mask))


class Model(nn.Module):
    """A Transformer whose three embeddings are one, as CTranslate2 runs it."""

    positions: Tensor

    def __init__(
        self, vocab: int, *, dim: int, heads: int, hidden: int, layers: tuple[int, int], dropout: float
    ) -> None:
        super().__init__()
        self.dim, self.dropout, self.sampled, self.smoothing = dim, dropout, 0, 0.1
        self.embedding = nn.Embedding(vocab, dim)
        nn.init.normal_(self.embedding.weight, std=dim**-0.5)
        self.register_buffer("positions", sinusoids(MAX_POSITIONS, dim), persistent=False)
        self.encoder = nn.ModuleList(EncoderLayer(dim, heads, hidden, dropout) for _ in range(layers[0]))
        self.decoder = nn.ModuleList(DecoderLayer(dim, heads, hidden, dropout) for _ in range(layers[1]))
        self.encoder_norm = nn.LayerNorm(dim)
        self.decoder_norm = nn.LayerNorm(dim)
        self.bias = nn.Parameter(torch.zeros(vocab))

    def embed(self, ids: Tensor) -> Tensor:
        """Embeddings with positions, [batch, length, dim]."""
        x = self.embedding(ids) * math.sqrt(self.dim) + self.positions[: ids.shape[1]]
        return functional.dropout(x, self.dropout, self.training and self.dropout > 0)

    def forward(self, source: Tensor, before: Tensor, after: Tensor) -> Tensor:
        """The label-smoothed loss a target token; `before` is `after` one place later, behind <s>."""
        mask = (source != BLANK)[:, None, None, :]
        memory = self.embed(source)
        for layer in self.encoder:
            memory = layer(memory, mask)
        memory = self.encoder_norm(memory)
        x = self.embed(before)
        for layer in self.decoder:
            x = layer(x, memory, mask)
        keep = after != BLANK
        return smoothed_loss(
            self.decoder_norm(x)[keep], self.embedding.weight, self.bias, after[keep], self.sampled, self.smoothing
        )


class SmoothedLoss(torch.autograd.Function):
    """Cross entropy with label smoothing over a tied projection, its gradient made in the same pass.

    The logits of a batch are the largest thing in training on a CPU; here they are held a slice at a time and
    overwritten by their own gradient, where autograd would keep and pass over several copies.
    """

    @staticmethod
    def forward(
        ctx: Any,
        hidden: Tensor,
        weight: Tensor,
        bias: Tensor,
        wanted: Tensor,
        among: Tensor,
        offset: Tensor,
        smoothing: float,
    ) -> Tensor:
        """The mean loss of `hidden` [tokens, dim] against `wanted` [tokens], of the pieces `among` (sorted)."""
        count, size = len(hidden), len(among)
        low = weight[among].to(torch.bfloat16)
        some_bias = bias[among]
        goals = torch.searchsorted(among, wanted)
        by_hidden = torch.empty_like(hidden, dtype=torch.float32)
        by_weight = torch.zeros(size, weight.shape[1])
        by_bias = torch.zeros(size)
        total = 0.0
        for start in range(0, count, 512):
            part = hidden[start : start + 512].to(torch.bfloat16)
            goal = goals[start : start + 512, None]
            logits = functional.linear(part, low).float().add_(some_bias)
            said, mean = logits.gather(1, goal), logits.mean(1, keepdim=True)
            logits.add_(offset)
            norm = logits.logsumexp(1, keepdim=True)
            total += float((norm - (1 - smoothing) * said - smoothing * mean).sum())
            grad = logits.sub_(norm).exp_().sub_(smoothing / size)
            grad.scatter_add_(1, goal, torch.full_like(said, smoothing - 1))
            grad.div_(count)
            by_bias += grad.sum(0)
            grad_low = grad.to(torch.bfloat16)
            by_hidden[start : start + 512] = grad_low @ low
            by_weight += grad_low.t() @ part
        ctx.save_for_backward(by_hidden.to(hidden.dtype), by_weight, by_bias, among)
        ctx.shape = weight.shape
        return hidden.new_tensor(total / count, dtype=torch.float32)

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor | None, ...]:
        """The gradients made on the way forward, scaled."""
        by_hidden, by_weight, by_bias, among = ctx.saved_tensors
        weight, bias = torch.zeros(ctx.shape), torch.zeros(ctx.shape[0])
        weight[among], bias[among] = by_weight * grads[0], by_bias * grads[0]
        return by_hidden * grads[0].to(by_hidden.dtype), weight, bias, None, None, None, None


def smoothed_loss(
    hidden: Tensor, weight: Tensor, bias: Tensor, wanted: Tensor, sampled: int, smoothing: float
) -> Tensor:
    """The mean label-smoothed cross entropy of `wanted` under softmax(hidden · weightᵀ + bias).

    With `sampled`, of the pieces that the batch wants and so many others drawn evenly, which stand for all the others
    in the softmax's sum (importance sampling: Bengio and Senécal 2003).
    """
    if hidden.is_cuda:
        return functional.cross_entropy(
            functional.linear(hidden, weight, bias).float(), wanted, label_smoothing=smoothing
        )
    among, offset = torch.arange(len(weight)), torch.zeros(len(weight))
    if sampled:
        here = torch.zeros(len(weight), dtype=torch.bool)
        here[wanted] = True
        others = (~here).nonzero().flatten()
        drawn = others[torch.randperm(len(others))[:sampled]]
        offset[drawn] = math.log(len(others) / len(drawn))
        here[drawn] = True
        among = here.nonzero().flatten()
    loss: Tensor = SmoothedLoss.apply(hidden, weight, bias, wanted, among, offset[among], smoothing)  # type: ignore[no-untyped-call]
    return loss


def sinusoids(length: int, dim: int) -> Tensor:
    """The position encodings CTranslate2 adds at run time: sine half then cosine half, positions from 1."""
    half = dim // 2
    scale = math.log(10000) / (half - 1)
    angles = (torch.arange(length).float() + 1)[:, None] * torch.exp(torch.arange(half).float() * -scale)[None]
    return torch.cat([angles.sin(), angles.cos()], dim=1)


class Batches:
    """Endless batches of about `tokens` tokens of either side, of like lengths on both sides.

    Each epoch takes every pair as often as its weight says (a fraction by chance), in an order drawn from `rng`.
    """

    def __init__(self, path: Path, tokens: int, device: str, rng: np.random.Generator) -> None:
        data = np.load(path)
        self.flat, self.lengths, self.tags = data["tokens"], data["lengths"].astype(np.int64), data["tags"]
        self.weights = data["weights"].astype(np.float64)
        self.prefixes, self.multilingual = data["prefixes"], len(data["languages"]) > 1
        self.vocab_size = int(data["vocab_size"])
        self.starts = np.concatenate([[0], np.cumsum(self.lengths.sum(1))[:-1]])
        self.tokens, self.device, self.rng = tokens, device, rng
        self.step = 16 if device == "cuda" else 1  # few shapes to compile for, or little padding
        self.epoch = 0.0

    def __iter__(self) -> Iterator[list[Tensor]]:
        while True:
            times = np.floor(self.weights + self.rng.random(len(self.weights))).astype(np.int64)
            rows = self.rng.permutation(np.repeat(np.arange(len(times)), times))
            near = self.lengths[rows] // 4
            rows = rows[np.lexsort((near[:, 1], near[:, 0]))]
            size = self.lengths[rows].max(1) + 2
            batches, begin = [], 0
            while begin < len(rows):
                ahead = np.maximum.accumulate(size[begin : begin + self.tokens])
                fits = int(np.searchsorted(ahead * np.arange(1, len(ahead) + 1), self.tokens, side="right"))
                batches.append(rows[begin : begin + max(fits, 1)])
                begin += max(fits, 1)
            for number, index in enumerate(self.rng.permutation(len(batches))):
                self.epoch = int(self.epoch) + number / len(batches)
                yield self.build(batches[index])
            self.epoch = int(self.epoch) + 1

    def build(self, rows: np.ndarray) -> list[Tensor]:
        """Source, target behind <s>, target before </s>: each [pairs, longest], padded with blanks."""
        extra = 2 if self.multilingual else 1
        longest = self.lengths[rows].max(0)
        width, height = -(-longest[0] // self.step) * self.step, -(-(longest[1] + extra) // self.step) * self.step
        source = np.zeros((len(rows), width), np.int64)
        before, after = np.zeros((len(rows), height), np.int64), np.zeros((len(rows), height), np.int64)
        for i, row in enumerate(rows):
            start, (n, m) = self.starts[row], self.lengths[row]
            source[i, :n] = self.flat[start : start + n]
            target = self.flat[start + n : start + n + m]
            before[i, 0] = BOS
            k = 1
            if self.multilingual:
                before[i, 1], k = self.prefixes[self.tags[row]], 2
            before[i, k : k + m] = target
            after[i, k - 1 : k - 1 + m], after[i, k - 1 + m] = target, EOS
        return [torch.from_numpy(a).to(self.device, non_blocking=True) for a in (source, before, after)]


class Schedule:
    """The share of the peak learning rate at a step; None when the run is over."""

    def __init__(self, args: argparse.Namespace) -> None:
        self.args = args
        self.began = time.time()
        self.decay_from: int | None = args.steps
        self.last: int | None = args.steps + args.decay_steps if args.steps else None

    def rate(self, step: int) -> float | None:
        """Linear warm-up, one, linear to zero."""
        spent = (time.time() - self.began) / 60
        args = self.args
        if self.decay_from is None and (spent >= args.minutes - args.decay or (args.out / "decay").exists()):
            # as many steps as the minutes left allow at the speed so far
            self.decay_from = step
            left = args.decay_steps or max(1, round(step / max(spent, 1e-9) * min(args.decay, args.minutes)))
            self.last = step + left
        if self.decay_from is None or self.last is None or step < self.decay_from:
            return min(1.0, (step + 1) / args.warmup)
        if step >= self.last:
            return None
        return (self.last - step) / (self.last - self.decay_from)


def arguments() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--minutes", type=float, default=20, help="the whole run, decay included")
    parser.add_argument("--decay", type=float, default=7, help="minutes of the decay")
    parser.add_argument("--steps", type=int, help="steps before the decay, instead of minutes")
    parser.add_argument("--decay-steps", type=int, default=0)
    parser.add_argument("--warmup", type=int, default=400, help="steps")
    parser.add_argument("--dim", type=int, default=512)
    parser.add_argument("--heads", type=int, default=8)
    parser.add_argument("--hidden", type=int, default=2048)
    parser.add_argument("--layers", type=int, nargs=2, default=(6, 2), metavar=("ENC", "DEC"))
    parser.add_argument("--tokens", type=int, default=65536, help="tokens of the longer side a batch")
    parser.add_argument("--lr", type=float, default=2e-3)
    parser.add_argument("--dropout", type=float, default=0.1)
    parser.add_argument(
        "--sampled", type=int, default=0, help="on a CPU: pieces drawn for the softmax of a batch; 0: all"
    )
    parser.add_argument("--smoothing", type=float, default=0.1, help="of the labels")
    parser.add_argument("--threads", type=int, default=0, help="of the CPU; 0 leaves it to PyTorch")
    parser.add_argument("--compile", action="store_true")
    parser.add_argument("--resume", type=Path, help="a checkpoint.pt to go on from")
    parser.add_argument(
        "--start", type=Path, help="a folder of weights to begin with, of the same shape and vocabulary"
    )
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def main() -> None:
    """Train as the command line says."""
    args = arguments()
    args.out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(args.seed)
    if args.threads:
        torch.set_num_threads(args.threads)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    torch.set_float32_matmul_precision("high")
    batches = Batches(args.data / "train.npz", args.tokens, device, np.random.default_rng(args.seed))
    model = Model(
        batches.vocab_size, dim=args.dim, heads=args.heads, hidden=args.hidden, layers=args.layers, dropout=args.dropout
    ).to(device)
    model.sampled, model.smoothing = args.sampled, args.smoothing
    if args.start:
        model.load_state_dict({name: torch.from_numpy(array) for name, array in weights.load(args.start).items()})
    print(f"{sum(p.numel() for p in model.parameters()) / 1e6:.1f}M parameters on {device}", flush=True)
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=args.lr, betas=(0.9, 0.98), eps=1e-8, weight_decay=0.01, fused=True
    )
    average = torch.optim.swa_utils.AveragedModel(model, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(0.998))
    run = torch.compile(model, dynamic=False) if args.compile else model
    parts: dict[str, Any] = {"model": model, "average": average, "optimizer": optimizer}
    schedule, first = Schedule(args), 0
    if args.resume:
        saved = torch.load(args.resume, map_location=device)
        for name, part in parts.items():
            part.load_state_dict(saved[name])
        first, schedule.began = saved["step"], time.time() - saved["spent"]
        schedule.decay_from, schedule.last = saved["decay_from"], saved["last"]

    def checkpoint(step: int) -> None:
        states = {name: part.state_dict() for name, part in parts.items()}
        times = {"spent": time.time() - schedule.began, "decay_from": schedule.decay_from, "last": schedule.last}
        torch.save({**states, **times, "step": step}, args.out / "checkpoint.part")
        (args.out / "checkpoint.part").replace(args.out / "checkpoint.pt")

    log: list[dict[str, float]] = []
    losses: list[Tensor] = []
    seen, report, stored, step = 0, time.time(), time.time(), first
    for step, (source, before, after) in enumerate(batches, first):
        share = schedule.rate(step)
        if share is None:
            break
        for group in optimizer.param_groups:
            group["lr"] = args.lr * share
        with torch.autocast(device, dtype=torch.bfloat16):
            loss = run(source, before, after)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        if schedule.decay_from is not None and step >= schedule.decay_from:
            average.update_parameters(model)
        seen += int((after != BLANK).sum())
        losses.append(loss.detach())
        if time.time() - report > 20:
            row = {
                "step": step,
                "epoch": round(batches.epoch, 3),
                "loss": round(torch.stack(losses).mean().item(), 4),
                "rate": round(args.lr * share, 6),
                "minutes": round((time.time() - schedule.began) / 60, 2),
                "target_tokens": seen,
            }
            log.append(row)
            print(json.dumps(row), flush=True)
            losses, report = [], time.time()
        if time.time() - stored > 180:
            checkpoint(step + 1)
            stored = time.time()
    checkpoint(step)
    state = (average.module if int(average.n_averaged) else model).state_dict()
    weights.save({name: tensor.float().cpu().numpy() for name, tensor in state.items()}, args.out)
    said = {key: str(value) for key, value in vars(args).items()}
    ended = {
        "decay_from": schedule.decay_from,
        "ended": step,
        "torch": torch.__version__,
        "seconds_of_cpu": round(time.process_time()),
    }
    (args.out / "log.json").write_text(json.dumps({"args": said, **ended, "log": log}, indent=1))


if __name__ == "__main__":
    main()
