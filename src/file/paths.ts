/** Folder of a path as people write it, with either separator; "" when it has none. */
export function folderOf(path: string): string {
  return path.slice(0, Math.max(0, Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\"))));
}

/** Last segment of a path. */
export function baseName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1);
}

const YAML_EXTENSION = /\.ya?ml$/i;

export function isYamlName(path: string): boolean {
  return YAML_EXTENSION.test(path);
}

export function withoutExtension(name: string): string {
  return name.replace(YAML_EXTENSION, "");
}

/** `_defaults.yaml` or `_defaults.yml`. */
export function isDefaultsFile(path: string): boolean {
  return /^_defaults\.ya?ml$/i.test(baseName(path));
}
