# What the scripts in this folder share. Sourced by them, after `set -euo pipefail`.
# shellcheck shell=bash

# Where previews, reviews and reports go: one folder for each stack.
: "${CI_OUT:=ci-out}"

mailstack() {
  npx --no-install mailstack "$@"
}

# Prints a headline on stderr: stdout belongs to the commands.
step() {
  printf '\n== %s\n' "$*" >&2
}

# Shows a file, and adds it to the summary of a GitHub job.
show() {
  cat "$1"
  if [ -n "${GITHUB_STEP_SUMMARY:-}" ]; then
    cat "$1" >>"$GITHUB_STEP_SUMMARY"
  fi
}

# Names an output of a GitHub step: name=value.
output() {
  printf '%s\n' "$1"
  if [ -n "${GITHUB_OUTPUT:-}" ]; then
    printf '%s\n' "$1" >>"$GITHUB_OUTPUT"
  fi
}

usage() {
  printf 'usage: %s\n' "$1" >&2
  exit 2
}
