"""The page in a real browser, where one is installed: its charts are drawn under its own policy."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@pytest.mark.skipif(BROWSER is None, reason="no Chromium here")
def test_charts_are_drawn(page, tmp_path):
    path = tmp_path / "cable.html"
    path.write_text(page, encoding="utf-8")
    flags = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
    ]
    flags += ["--disable-component-update", "--disable-sync", "--virtual-time-budget=2000", "--enable-logging=stderr"]
    flags += [f"--user-data-dir={tmp_path / 'profile'}", "--dump-dom", path.as_uri()]
    ran = subprocess.run([BROWSER, *flags], capture_output=True, text=True, timeout=60, check=False)
    assert ran.returncode == 0, ran.stderr
    charts = re.findall(r'<div id="(fan-\d|map)"[^>]*class="(?:chart|map) on"[^>]*><div[^>]*><svg', ran.stdout)
    assert charts == [*(f"fan-{i}" for i in range(6)), "map"]
    assert ran.stdout.count('aria-pressed="true"') == 3
    assert ":CONSOLE" not in ran.stderr
