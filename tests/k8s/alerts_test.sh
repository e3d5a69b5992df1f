#!/usr/bin/env bash
# What promtool thinks of both configurations and of the rules; then each alert on made-up series.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../../k8s/prometheus"
promtool check config prometheus.yml
promtool check config local.yml
promtool check rules alerts.yml
promtool test rules ../../tests/k8s/alerts_test.yml
