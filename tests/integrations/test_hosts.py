# SPDX-License-Identifier: GPL-2.0-or-later
"""This module runs what we publish for GitHub and GitLab, in surroundings like theirs."""

from __future__ import annotations

import json
import re
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.integrations.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.integrations.conftest import Kernel

pytestmark = pytest.mark.packaging

_TO_JSON = (
    "import json, sys; from ruamel.yaml import YAML; "
    "print(json.dumps(list(YAML(typ='safe', pure=True).load_all(sys.stdin))))"
)


def _yaml(foreign: Path, text: str) -> list[Any]:
    command = (foreign / "python", "-c", _TO_JSON)
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=True)
    documents: list[Any] = json.loads(done.stdout)
    return documents


def _valid(foreign: Path, schema: str, path: Path) -> None:
    command = (foreign / "check-jsonschema", "--builtin-schema", f"vendor.{schema}", path)
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


class TestGithub:
    """The action."""

    @pytest.fixture
    def steps(self, foreign: Path) -> list[Any]:
        """The steps of the action."""
        (action,) = _yaml(foreign, (ROOT / "action.yml").read_text())
        steps: list[Any] = action["runs"]["steps"]
        return steps

    @pytest.fixture
    def runner(self, kernel: Kernel, tmp_path: Path) -> dict[str, str]:
        """What a runner tells the steps of an action."""
        kernel.run("git", "checkout", "-q", "topic")
        files = ("GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT", "GITHUB_PATH")
        (tmp_path / "temp").mkdir()
        return {
            **{name: str(tmp_path / name) for name in files},
            "RUNNER_TEMP": str(tmp_path / "temp"),
            "GITHUB_ACTION_PATH": str(ROOT),
        }

    def test_it_is_one(self, foreign: Path) -> None:
        """The published schema of actions accepts it."""
        _valid(foreign, "github-actions", ROOT / "action.yml")

    def test_the_workflow(
        self, foreign: Path, snippet: Callable[[str], str], tmp_path: Path
    ) -> None:
        """The published schema of workflows accepts the one on the page."""
        (tmp_path / "uapi.yml").write_text(snippet("GitHub"))
        _valid(foreign, "github-workflows", tmp_path / "uapi.yml")

    def test_no_expression_is_a_part_of_a_script(self, steps: list[Any]) -> None:
        """What a stranger may name reaches the shell in variables alone."""
        assert [step["name"] for step in steps if "${{" in step.get("run", "")] == []

    @pytest.mark.parametrize(
        ("base", "head", "code"),
        [("v6.1", "topic", 1), ("v6.1", "topic~2", 0), ("0" * 40, "topic~1", 1), ("", "topic", 0)],
        ids=["pull request", "good one", "new branch", "no base"],
    )
    def test_the_review(
        self,
        kernel: Kernel,
        steps: list[Any],
        runner: dict[str, str],
        base: str,
        head: str,
        code: int,
    ) -> None:
        """The commits of the event are reviewed: annotations, a summary, outputs, an exit code."""
        (step,) = [step for step in steps if step.get("id") == "review"]
        event = {"ABICHECK_RANGE": "", "ABICHECK_FAIL_ON": "error"}
        event |= {"ABICHECK_BASE": base, "ABICHECK_HEAD": head}
        assert set(event) == set(step["env"])
        told = kernel.shell(step["run"], code, {**runner, **event})
        assert told.count("title=abicheck%3A u64-compat-offset") == (code == 1)
        summary = Path(runner["GITHUB_STEP_SUMMARY"]).read_text(encoding="utf-8")
        assert summary.startswith("<!-- abicheck -->\n### ")
        outputs = Path(runner["GITHUB_OUTPUT"]).read_text(encoding="utf-8").splitlines()
        assert [line.partition("=")[0] for line in outputs] == ["sarif", "html", "markdown"]
        assert all(Path(line.partition("=")[2]).is_file() for line in outputs)

    def test_a_shallow_clone(
        self, kernel: Kernel, steps: list[Any], runner: dict[str, str], tmp_path: Path
    ) -> None:
        """Where the checkout is cut short, the step says how to make it whole."""
        from tests.integrations.conftest import Kernel

        shallow = tmp_path / "shallow"
        kernel.run("git", "clone", "-q", "--depth=1", kernel.path.as_uri(), shallow)
        (step,) = [step for step in steps if step.get("id") == "review"]
        event = {"ABICHECK_BASE": "v6.1", "ABICHECK_HEAD": "HEAD"}
        told = Kernel(shallow).shell(step["run"], 2, {**runner, **event})
        assert "fetch-depth: 0" in told

    def test_it_installs(self, steps: list[Any], runner: dict[str, str], kernel: Kernel) -> None:
        """The first step installs the action's own checkout, and puts it on the path."""
        kernel.shell(steps[0]["run"], variables=runner)
        folder = Path(runner["GITHUB_PATH"]).read_text(encoding="utf-8").strip()
        command = (f"{folder}/abicheck", "review", "topic~1", "--format", "html")
        assert "struct kvm_thing.where" in kernel.run(*command, code=1)


class _Notes(BaseHTTPRequestHandler):
    """The part of GitLab's API that has notes."""

    server: _Gitlab

    def _answer(self, content: object) -> None:
        body = json.dumps(content).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:
        """Who asks, or a page of notes."""
        assert self.headers["PRIVATE-TOKEN"] == "secret"
        if self.path == "/api/v4/user":
            self._answer({"id": 7})
            return
        page = int(re.findall(r"&page=(\d+)", self.path)[0])
        self._answer(self.server.notes[(page - 1) * 100 : page * 100])

    def do_POST(self) -> None:
        """A new note."""
        self.server.notes.append(
            {"id": len(self.server.notes), "author": {"id": 7}, **self._body()}
        )
        self._answer({})

    def do_PUT(self) -> None:
        """Another text for a note."""
        assert self.path.startswith("/api/v4/projects/1/merge_requests/2/notes/")
        self.server.notes[int(self.path.rpartition("/")[2])] |= self._body()
        self._answer({})

    def _body(self) -> Any:
        return json.loads(self.rfile.read(int(self.headers["Content-Length"])))

    def log_message(self, *_: object) -> None:
        """Says nothing."""


class _Gitlab(ThreadingHTTPServer):
    """A GitLab that knows one merge request."""

    notes: list[Any]


@pytest.fixture
def gitlab() -> Iterator[_Gitlab]:
    """A server with more than a page of other people's notes, one of them with our mark."""
    server = _Gitlab(("127.0.0.1", 0), _Notes)
    note = {"id": 0, "author": {"id": 8}, "body": "<!-- abicheck -->\nnot ours"}
    server.notes = [{**note, "id": number} for number in range(120)]
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


class TestGitlab:
    """The component."""

    @pytest.fixture
    def job(self, foreign: Path) -> Any:
        """The job, with the defaults of its inputs in place."""
        header, body = _yaml(foreign, (ROOT / "templates/abicheck.yml").read_text())
        text = json.dumps(body["abicheck"])
        for name, given in header["spec"]["inputs"].items():
            text = text.replace(f"$[[ inputs.{name} ]]", given["default"])
        assert "$[[" not in text
        return json.loads(text)

    def test_it_is_a_job(self, foreign: Path, job: Any, tmp_path: Path) -> None:
        """The published schema of GitLab's CI accepts the job."""
        (tmp_path / "ci.yml").write_text(json.dumps({"abicheck": job}))
        _valid(foreign, "gitlab-ci", tmp_path / "ci.yml")

    def test_the_include(
        self, foreign: Path, snippet: Callable[[str], str], tmp_path: Path
    ) -> None:
        """The same schema accepts what the page says to write, and the component has its inputs."""
        (tmp_path / "ci.yml").write_text(snippet("GitLab"))
        _valid(foreign, "gitlab-ci", tmp_path / "ci.yml")
        (include,) = _yaml(foreign, snippet("GitLab"))[0]["include"]
        header, _ = _yaml(foreign, (ROOT / "templates/abicheck.yml").read_text())
        assert include["inputs"].keys() <= header["spec"]["inputs"].keys()

    def test_the_review(self, kernel: Kernel, job: Any) -> None:
        """The commits of the merge request are reviewed, and each report is left."""
        (script,) = job["script"]
        event = {"CI_MERGE_REQUEST_DIFF_BASE_SHA": "v6.1", "CI_COMMIT_SHA": "topic"}
        told = kernel.shell(script, 1, {**event, **job["variables"]})
        assert "struct kvm_thing.where" in told
        rows = json.loads((kernel.path / job["artifacts"]["reports"]["codequality"]).read_text())
        assert "u64-compat-offset" in [row["check_name"] for row in rows]
        assert all((kernel.path / path).exists() for path in job["artifacts"]["paths"])

    def test_the_note(self, kernel: Kernel, job: Any, gitlab: _Gitlab) -> None:
        """The first run writes a note, the next one changes it, and nobody else's is touched."""
        (script,) = job["after_script"]
        event = {
            "CI_API_V4_URL": f"http://127.0.0.1:{gitlab.server_port}/api/v4",
            "CI_PROJECT_ID": "1",
            "CI_MERGE_REQUEST_IID": "2",
            "ABICHECK_TOKEN": "secret",
        }
        for text in ("first", "second"):
            (kernel.path / "abicheck.md").write_text(f"<!-- abicheck -->\n{text}\n")
            kernel.shell(script, variables=event)
            assert len(gitlab.notes) == 121
            assert gitlab.notes[-1]["body"] == f"<!-- abicheck -->\n{text}\n"
        assert {note["body"] for note in gitlab.notes[:-1]} == {"<!-- abicheck -->\nnot ours"}

    def test_no_note_without_a_token(self, kernel: Kernel, job: Any) -> None:
        """Where there is no token, nobody is asked."""
        (script,) = job["after_script"]
        kernel.shell(script, None, {"ABICHECK_TOKEN": ""})
