"""What is watched: dashboards, rules and their pages, made from Python.

``python -m tools.observability write`` writes ``deploy/grafana``, ``deploy/prometheus/rules``, the
copies in the Helm chart and the tables of ``docs/operations/observability.md``; ``check`` compares.
"""
