# SPDX-License-Identifier: GPL-2.0-or-later
"""This module holds texts that some reader of some format would obey."""

from __future__ import annotations

from tests.report.findings.samples import HOSTILE

CORPUS = {
    "everything": HOSTILE,
    "script": "</script></style></title></textarea><script>alert(1)</script>",
    "attribute": "\" onmouseover=alert(1) x='` autofocus onfocus=alert(2) ",
    "svg": "]]></text></svg><svg onload=alert(1)><image href=http://evil.example/x>",
    "comment": "--> <!-- abicheck --> <!--",
    "template": "{{ 7 * 7 }}{% raw %}{# x #}${7*7}",
    "image": "![x](https://evil.example/p.png) <img src=https://evil.example/p.png>",
    "link": "[x](javascript:y) <https://evil.example> https://evil.example www.x.example",
    "mention": "@torvalds @kernel/maintainers #1 !2 GH-3 kernel/linux#4 ~bug %milestone $5 &6",
    "fence": "```\n````\n~~~\n</details>\n# heading\n- [ ] task",
    "table": "| a | b |\n|---|---|\n*b* _i_ ~~s~~ `c` \\` ``x``",
    "entity": "&lt;b&gt; &#60;i&#62; &amp;",
    "quick action": "\n/close\n/merge\n/label ~bug",
    "header": "x\r\nBcc: victim@evil.example\r\n\r\nbody\nX-Evil: yes",
    "address": 'A <a@b.example>, evil@evil.example, "x\\" <y@evil.example>',
    "folding": "a" * 1200 + "\n From: x",
    "encoded word": "=?utf-8?q?=0D=0ABcc:_victim=40evil.example?=",
    "mbox": "\nFrom mboxrd@z Thu Jan  1 00:00:00 1970\n>From x\n-- \nsig",
    "envelope": " ".join(f"{'x ' * n}From mboxrd@z Thu Jan 1 00:00:00 1970" for n in range(30)),
    "diff": "\ndiff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n",
    "command": "::set-output name=x::y\n::add-mask::z\n%0A::error::\r::stop-commands::t",
    "terminal": "\x1b]0;title\x07\x1b[2J\x9b31m\x08\x7f\x00\udc80",
    "direction": "\u202egnp.exe\u2066\u200f\u2028\u2029\ufeff",
    "verdict": "ERROR: WARNING: fail",
    "shell": "$(touch /evil) `id` ; rm -rf / # \\",
    "math": "$`x`$ $$\\href{javascript:alert(1)}{x}$$ :smile: [^1]",
}
