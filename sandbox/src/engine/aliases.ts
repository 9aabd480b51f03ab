import type { AliasGoal } from "./goal.js";
import { ROOT_STACK_TYPE, createUrn, qualifiedType, urnName, urnType } from "./urn.js";

interface Context {
  project: string;
  stack: string;
  /** The URN each resource of this run was found under in the state, where that is another one. */
  matched: ReadonlyMap<string, string>;
}

interface Aliased {
  name: string;
  type: string;
  parent: string;
  aliases: readonly AliasGoal[];
}

/** The URNs a resource may have had before, through its own aliases and those of its parent. */
export function aliasUrns(resource: Aliased, context: Context): string[] {
  const { parent } = resource;
  const own = resource.aliases.map((alias) => aliasUrn(resource, alias, context));
  const urns = [...own];
  const parentAlias = parent === "" ? undefined : context.matched.get(parent);
  if (parentAlias !== undefined) {
    const inherit = (type: string, name: string) =>
      inheritedAlias(type, name, urnName(parent), parentAlias, context);
    urns.push(inherit(resource.type, resource.name));
    for (const urn of own) urns.push(inherit(urnType(urn), urnName(urn)));
  }
  return [...new Set(urns)];
}

function aliasUrn(resource: Aliased, alias: AliasGoal, context: Context): string {
  if (alias.urn) return alias.urn;
  let parent = alias.parent ? (context.matched.get(alias.parent) ?? alias.parent) : resource.parent;
  if (alias.noParent || (parent !== "" && qualifiedType(parent) === ROOT_STACK_TYPE)) parent = "";
  return createUrn(
    alias.stack ?? context.stack,
    alias.project ?? context.project,
    parent,
    alias.type ?? resource.type,
    alias.name ?? resource.name,
  );
}

/** A child whose name begins with its parent's was renamed along with it. */
function inheritedAlias(
  type: string,
  name: string,
  parentName: string,
  parentAlias: string,
  { stack, project }: Context,
): string {
  const aliasName = name.startsWith(parentName) ? urnName(parentAlias) + name.slice(parentName.length) : name;
  return createUrn(stack, project, parentAlias, type, aliasName);
}
