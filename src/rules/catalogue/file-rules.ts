import type { RuleCatalogue } from "./rule.js";

/** Rules about files and their YAML: none can be allowed, because the content can't be relied on. */
export const fileRules = {
  "unreadable-file": {
    severity: "error",
    summary: "Every path that is given, and every domain file in a folder, can be read.",
  },
  "no-domain-files": {
    severity: "warning",
    summary: "A folder that is given contains at least one domain file.",
  },
  "file-too-large": { severity: "error", summary: "A domain file has at most 64 KiB." },
  "not-utf8": {
    severity: "error",
    summary: "A domain file is encoded in UTF-8.",
    reference: "YAML 1.2.2 §5.2",
  },
  "yaml-syntax": {
    severity: "error",
    summary: "A domain file is well-formed YAML 1.2.",
    reference: "YAML 1.2.2",
  },
  "duplicate-key": {
    severity: "error",
    summary: "A key appears once in its map.",
    reference: "YAML 1.2.2 §3.2.1.1",
  },
  "yaml-anchor": {
    severity: "error",
    summary: "A domain file uses no anchors or aliases; what domains share belongs in _defaults.yaml.",
    reference: "YAML 1.2.2 §7.1",
  },
  "yaml-tag": {
    severity: "error",
    summary: "A domain file uses no tags other than those of the YAML core schema.",
    reference: "YAML 1.2.2 §10.3",
  },
  "several-documents": {
    severity: "error",
    summary: "A file contains one YAML document.",
    reference: "YAML 1.2.2 §9.2",
  },
  "empty-file": { severity: "error", summary: "A domain file contains at least the key `domain`." },
  "duplicate-defaults": {
    severity: "error",
    summary: "A folder has one defaults file: _defaults.yaml or _defaults.yml.",
  },
} as const satisfies RuleCatalogue;
