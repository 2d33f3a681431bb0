"""The soak benchmark: its jobs are mixed and seeded, its slope is one, and a short soak leaves nothing behind."""

import runpy

import pytest

from benchmarks.soak.jobs import STEPS, jobs, shipped
from benchmarks.soak.run import SERVER_PACK, levels, slope, soak


def test_the_same_seed_gives_the_same_jobs_and_another_seed_others():
    assert list(jobs(shipped(), 20, 1)) == list(jobs(shipped(), 20, 1))
    assert list(jobs(shipped(), 20, 1)) != list(jobs(shipped(), 20, 2))


def test_the_jobs_mix_all_workflows_and_about_a_quarter_is_to_be_stopped():
    mixed = list(jobs(shipped(), 200, 0))
    assert {job.name for job in mixed} == set(shipped()) and len(shipped()) >= 4
    assert 30 <= sum(job.stop_at is not None for job in mixed) <= 70


@pytest.mark.parametrize("kind", ["FluxRegions_Lora", "FluxRegions_Reference"])
def test_loras_and_references_of_regions_are_among_the_jobs(kind):
    mixed = [
        job
        for job in jobs(shipped(), 200, 0)
        if not any(node["class_type"] == kind for node in shipped()[job.name].values())
    ]
    added = [job for job in mixed if any(node["class_type"] == kind for node in job.workflow.values())]
    assert 0.1 <= len(added) / len(mixed) <= 0.4


def test_no_two_jobs_are_alike_so_that_nothing_is_kept_from_one_for_the_next():
    seeds = set()
    for job in jobs(shipped(), 50, 0):
        samplers = [node["inputs"] for node in job.workflow.values() if node["class_type"] == "KSampler"]
        assert all(inputs["steps"] == STEPS for inputs in samplers)
        seeds.add(samplers[0]["seed"])
    assert len(seeds) == 50


def test_the_slope_is_that_of_the_line():
    assert slope([(0, 5.0), (10, 7.0), (20, 9.0)]) == pytest.approx(0.2)
    assert slope([(3, 8.0)]) == 0


def test_the_levels_are_those_of_start_middle_and_end_and_no_single_peak_s():
    assert levels([1.0] * 30 + [5.0] * 40 + [9.0] * 29 + [99.0]) == [1.0, 5.0, 9.0]
    assert levels([4.0]) == [4.0, 4.0, 4.0]


@pytest.fixture
def counted(comfy):
    """The functions and tables of the census, outside of its server."""
    return runpy.run_path(SERVER_PACK / "census" / "counted.py")


@pytest.mark.host
def test_all_that_the_census_counts_exists(counted):
    classes = [*counted["TRANSIENT"].values(), *counted["LASTING"].values()]
    resolved = counted["classes"]("flux_regions", counted["TRANSIENT"] | counted["LASTING"])
    assert [counted_class.__name__ for counted_class in resolved] == classes


@pytest.mark.host
def test_an_open_run_and_a_wrapper_left_on_a_model_are_counted(counted):
    from comfy.patcher_extension import WrappersMP
    from flux_regions.adapter.run_cache import RunCache
    from flux_regions.pocket.load import load_pocket

    clean, patched = load_pocket()[0], load_pocket()[0]
    patched.add_wrapper_with_key(WrappersMP.DIFFUSION_MODEL, counted["KEY"], lambda *_: None)
    assert counted["regional_wrappers"]([clean]) == 0 and counted["regional_wrappers"]([clean, patched]) == 1
    closed, opened = RunCache(), RunCache()
    opened.open()
    assert counted["open_runs"]([closed, opened]) == 1


@pytest.mark.host
def test_the_pack_s_own_key_is_the_one_that_is_looked_for(counted, comfy):
    from flux_regions.adapter.regional_prompt import KEY

    assert counted["KEY"] == KEY


@pytest.mark.host
@pytest.mark.parametrize("module, name", [("attention.plan", "Renamed"), ("attention.moved", "AttentionPlan")])
def test_a_class_that_no_longer_exists_is_an_error_and_not_a_count_of_zero(counted, module, name):
    with pytest.raises((AttributeError, ImportError)):
        counted["classes"]("flux_regions", {module: name})


@pytest.mark.server
@pytest.mark.slow
def test_thirty_mixed_jobs_with_interrupts_leave_the_server_as_it_was(comfy_host, tmp_path):
    figures = soak(30, seed=3, report=lambda _: None, scratch=tmp_path)
    assert figures["failures"] == [] and figures["tracebacks"] == 0
    assert figures["interrupted"] >= 1, "the interrupts came while jobs ran"
    assert figures["left_behind"] == {}, "objects by kind: before, after"
    assert figures["same_picture"]
    # The host keeps the last workflow's results: one Apply, whose run is over and has let go of what it had built.
    assert figures["census"]["RunCache"] == 1
