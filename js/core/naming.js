/** How regions are told apart: ids for the program, names and numbers for people. */

/**
 * @param {number} index from 0, in drawing order
 * @param {string} name may be empty
 * @returns {string} "Region 2 ('sky')", as attention/regions.py's region_label
 */
export function regionLabel(index, name) {
  return name ? `Region ${index + 1} ('${name}')` : `Region ${index + 1}`;
}

/**
 * @param {Set<string>} taken ids in use
 * @returns {string} "r1", "r2", …: the first that is free
 */
export function freeId(taken) {
  let number = 1;
  while (taken.has(`r${number}`)) number += 1;
  return `r${number}`;
}

/**
 * @param {string} name wanted; an empty one stays empty, for regions without a name are told apart by number
 * @param {Set<string>} taken names in use
 * @returns {string} the name itself or, where it is taken, with a number: "sky 2". Two regions of one name could not be
 *   addressed by name any more.
 */
export function freeName(name, taken) {
  if (!name || !taken.has(name)) return name;
  const stem = name.replace(/ \d+$/, "");
  let number = 2;
  while (taken.has(`${stem} ${number}`)) number += 1;
  return `${stem} ${number}`;
}
