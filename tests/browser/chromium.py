# SPDX-License-Identifier: GPL-2.0-or-later
"""This module drives a headless Chromium through pipes, by the DevTools protocol."""

from __future__ import annotations

import base64
import json
import os
import select
import subprocess
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from pathlib import Path

_FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    *("--disable-dev-shm-usage", "--hide-scrollbars", "--remote-debugging-pipe"),
)
_PATIENCE = 60
"""Seconds after which a browser that says nothing is given up."""


@dataclass
class Chromium:
    """A browser with one page; ``events`` are all that it told since the page was opened."""

    program: str
    profile: Path
    events: list[Any] = field(default_factory=list)
    _number: int = 0
    _session: str | None = None
    _rest: bytes = b""

    def __enter__(self) -> Self:
        """Starts the browser; it reads commands from descriptor 3 and writes to 4."""
        (take, self._commands), (self._answers, give) = os.pipe(), os.pipe()
        command = [self.program, *_FLAGS, f"--user-data-dir={self.profile}", "about:blank"]
        shell = f'exec "$@" 3<&{take} 4>&{give}'
        self._process = subprocess.Popen(
            ["bash", "-c", shell, "bash", *command],
            pass_fds=(take, give),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(take)
        os.close(give)
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        attached = self.call("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")
        return self

    def __exit__(self, *_: object) -> None:
        """Ends the browser."""
        os.close(self._commands)
        self._process.terminate()
        self._process.wait(_PATIENCE)
        os.close(self._answers)

    def call(self, method: str, **parameters: object) -> Any:
        """What a method of the protocol answers; AssertionError where it complains."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        if self._session is not None:
            message["sessionId"] = self._session
        os.write(self._commands, json.dumps(message).encode() + b"\0")
        while (answer := self._receive()).get("id") != self._number:
            self.events.append(answer)
        assert "error" not in answer, answer
        return answer["result"]

    def _receive(self) -> Any:
        end = time.monotonic() + _PATIENCE
        while b"\0" not in self._rest:
            ready, _, _ = select.select([self._answers], [], [], max(0, end - time.monotonic()))
            assert ready, "the browser says nothing"
            part = os.read(self._answers, 1 << 20)
            assert part, "the browser has gone"
            self._rest += part
        text, _, self._rest = self._rest.partition(b"\0")
        return json.loads(text)

    def open(self, path: Path, *, width: int = 1280, dark: bool = False) -> None:
        """Shows a file, by its ``file:`` address, on a screen of that width."""
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=900,
            deviceScaleFactor=1,
            mobile=width < 600,
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", features=[scheme])
        self.events.clear()
        self.call("Page.navigate", url=path.resolve().as_uri())
        while not any(event.get("method") == "Page.loadEventFired" for event in self.events):
            self.events.append(self._receive())

    def evaluate(self, expression: str) -> Any:
        """The value of an expression in the page."""
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def press(self, key: str) -> None:
        """Presses a key such as ``Tab`` and lets it go."""
        codes = {"Tab": 9, "Enter": 13, " ": 32}
        text = {"Enter": "\r", " ": " "}.get(key, "")
        for type in ("keyDown", "keyUp"):
            self.call(
                "Input.dispatchKeyEvent",
                type=type,
                key=key,
                windowsVirtualKeyCode=codes[key],
                **({"text": text} if text and type == "keyDown" else {}),
            )

    def complaints(self) -> list[Any]:
        """Everything that would show in the console."""
        loud = ("Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded")
        return [event["params"] for event in self.events if event.get("method") in loud]

    def requests(self) -> list[str]:
        """The address of everything that was asked for."""
        return [
            event["params"]["request"]["url"]
            for event in self.events
            if event.get("method") == "Network.requestWillBeSent"
        ]

    def screenshot(self) -> bytes:
        """The whole page as PNG."""
        shot = self.call("Page.captureScreenshot", captureBeyondViewport=True)
        return base64.b64decode(shot["data"])
