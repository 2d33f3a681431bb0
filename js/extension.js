import { api } from "../../scripts/api.js";
import { app } from "../../scripts/app.js";
import { canvasWidget } from "./host/canvas_widget.js";
import { orderTemplates } from "./host/template_order.js";

const NODE = "FluxRegions_Canvas";
const WIDGET = "FLUX_REGIONS_CANVAS";
const PACK = decodeURIComponent(new URL(".", import.meta.url).pathname.split("/").at(-2));

orderTemplates(api, PACK);

app.registerExtension({
  name: "FluxRegions.Canvas",
  getCustomWidgets() {
    return { [WIDGET]: canvasWidget };
  },
  /**
   * The server declares the value as ordinary text, so it works where this file is not loaded; here it gets the editor.
   */
  beforeRegisterNodeDef(nodeType, nodeData) {
    if (nodeData.name !== NODE) return;
    const [type, options] = nodeData.input.required.document;
    nodeData.input.required.document = [type, { ...options, widgetType: WIDGET, socketless: true }];
  },
});
