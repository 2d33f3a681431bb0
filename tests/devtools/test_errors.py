"""A refusal by ComfyUI reads as sentences, whatever shape its body has."""

from devtools.errors import QueueError, last_lines


def test_a_refusal_names_each_node_and_its_error():
    message = "Custom validation failed for node"
    body = {
        "error": {
            "type": "prompt_outputs_failed_validation",
            "message": "Prompt outputs failed validation",
            "details": "",
        },
        "node_errors": {
            "7": {"class_type": "FluxRegions_Apply", "errors": [{"message": message, "details": "start is after end"}]}
        },
    }
    refused = QueueError(400, body)
    assert refused.node_errors == body["node_errors"]
    assert str(refused) == (
        "ComfyUI refused the workflow (HTTP 400): Prompt outputs failed validation\n"
        "  node 7 (FluxRegions_Apply): Custom validation failed for node: start is after end"
    )


def test_a_refusal_without_node_errors_shows_the_details():
    error = {"message": "No prompt provided", "details": "nothing was sent"}
    assert str(QueueError(400, {"error": error, "node_errors": []})).endswith("No prompt provided: nothing was sent")


def test_a_refusal_in_plain_text_is_shown_as_it_is():
    assert str(QueueError(500, "Internal Server Error")).endswith("(HTTP 500): Internal Server Error")


def test_the_end_of_a_log_is_shown_indented(tmp_path):
    log = tmp_path / "some.log"
    log.write_text("".join(f"line {number}\n\n" for number in range(30)))
    assert last_lines(log, 2) == f"The last lines of {log}:\n    line 28\n    line 29"


def test_a_log_that_was_never_written_is_no_second_failure(tmp_path):
    assert "(empty)" in last_lines(tmp_path / "none.log")
