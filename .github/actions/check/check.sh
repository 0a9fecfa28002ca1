#!/usr/bin/env bash
# Checks the lists: annotations on the log, a table in the job's summary, SARIF where it is asked for.
# matchprep must be installed; inputs come by the environment, see action.yml.
set -euo pipefail

lists=()
while IFS= read -r pattern; do
  [ -n "$pattern" ] || continue
  matched=0
  while IFS= read -r path; do
    lists+=("$path") && matched=1
  done < <(compgen -G "$pattern" || true)
  [ "$matched" = 1 ] || { echo "::error title=matchprep::no file matches one of the patterns"; exit 2; }
done <<< "${MATCHPREP_LISTS:?name the lists}"

options=(--provider "${MATCHPREP_PROVIDER:?name the provider}" --fail-on "${MATCHPREP_FAIL_ON:-error}")
[ -z "${MATCHPREP_PROFILE:-}" ] || options+=(--profile "$MATCHPREP_PROFILE")

code=0
matchprep check "${options[@]}" --format github -- "${lists[@]}" || code=$?
if [ "$code" -le 1 ]; then
  if [ -n "${GITHUB_STEP_SUMMARY:-}" ]; then
    matchprep check "${options[@]}" --format markdown -- "${lists[@]}" >> "$GITHUB_STEP_SUMMARY" || true
  fi
  if [ -n "${MATCHPREP_SARIF:-}" ]; then
    matchprep check "${options[@]}" --format sarif --output "$MATCHPREP_SARIF" -- "${lists[@]}" > /dev/null || true
  fi
fi
if [ -n "${GITHUB_OUTPUT:-}" ]; then
  if [ "$code" -eq 0 ]; then echo "verdict=ready"; else echo "verdict=not ready"; fi >> "$GITHUB_OUTPUT"
fi
exit "$code"
