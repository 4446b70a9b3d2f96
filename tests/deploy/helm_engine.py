"""Helm's own engine, in a process of its own: its runtime shall not share one with other tests.

Reads ``{"chart": …, "values": …}`` from standard input; writes ``{"rendered": …, "lint": …}``, or
``{"refused": …}`` with what Helm says.
"""

import json
import sys

import helm_python  # type: ignore[import-not-found]  # from deploy/helm/tools.lock


def main() -> None:
    asked = json.load(sys.stdin)
    try:
        report = helm_python.lint(asked["chart"], asked["values"], kube_version="v1.29.0")
        with helm_python.Chart.load(asked["chart"]) as chart:
            answer = {
                "rendered": chart.render(asked["values"], name="liandong", namespace="liandong"),
                "lint": report,
            }
    except helm_python.HelmError as error:
        answer = {"refused": str(error)}
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
