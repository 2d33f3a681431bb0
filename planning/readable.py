"""Planned regions as text for people."""

from __future__ import annotations

from ..attention import RegionSet


def readable(regions: RegionSet) -> str:
    """One line per prompt: the picture's, the background's, then every region's with its box in percent of the picture."""
    lines = [f"picture: {regions.base_prompt}"] if regions.base_prompt else []
    lines += [f"background: {regions.background_prompt}"] if regions.background_prompt else []
    for index, region in enumerate(regions.regions):
        box = region.marks[0].shape
        across, down = (
            f"{start:.0%} to {start + size:.0%}" for start, size in ((box.x, box.width), (box.y, box.height))
        )
        lines.append(f"{region.name or index + 1}, across {across}, down {down}: {region.prompt}")
    return "\n".join(lines)
