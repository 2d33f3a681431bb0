import assert from "node:assert/strict";
import { test } from "node:test";
import { orderTemplates } from "../../js/host/template_order.js";

test("the page gets the pack's templates by name, and those of others as they are", async () => {
  const listed = { ours: ["10 b", "02 c", "01 d"], theirs: ["b", "a"] };
  const api = { listed, getWorkflowTemplates: async () => api.listed };
  orderTemplates(api, "ours");
  assert.deepEqual(await api.getWorkflowTemplates(), { ours: ["01 d", "02 c", "10 b"], theirs: ["b", "a"] });
  assert.deepEqual(listed.ours, ["10 b", "02 c", "01 d"]);
  api.listed = {};
  assert.deepEqual(await api.getWorkflowTemplates(), {}, "a folder of another name");
  orderTemplates({}, "ours"); // an older page
});
