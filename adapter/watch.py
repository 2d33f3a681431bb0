"""Watching a run: the record that the hooks write into travels in the model's transformer_options."""

from __future__ import annotations

from comfy.patcher_extension import CallbacksMP

from .attention_record import AttentionRecord

WATCH = "flux_regions_watch"


def watched(model, record: AttentionRecord):
    """A clone of the MODEL that writes the attention of its regions into record, each sampling run anew."""
    model = model.clone()
    model.model_options.setdefault("transformer_options", {})[WATCH] = record
    # The host calls this when a sampling run begins.
    model.add_callback_with_key(CallbacksMP.ON_PRE_RUN, WATCH, lambda patcher: record.clear())
    return model


def watcher(options: dict) -> AttentionRecord | None:
    """The record that a forward call of the model is to be written into: none unless watched, none for the negative."""
    return options.get(WATCH) if 0 in options.get("cond_or_uncond", [0]) else None
