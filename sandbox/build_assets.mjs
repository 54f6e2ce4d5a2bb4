// Builds the browser assets of some apps of a bench:  node build_assets.mjs BENCH APP...
//
// apps/APP/APP/public/**/*.bundle.{js,ts,css,scss} become sites/assets/APP/dist/{js,css}/NAME.HASH.*
// and sites/assets/assets.json tells Frappe which file is which bundle. The apps' own folders stay as they are:
// sites/assets/APP holds links to what lies in public/.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, dirname, extname, join, relative, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";
import * as sass from "sass";
import { compileScript, compileStyle, compileTemplate, parse } from "vue/compiler-sfc";

const bench = resolve(process.argv[2]);
const building = process.argv.slice(3);
const assets = join(bench, "sites/assets");
const nodeModules = join(dirname(fileURLToPath(import.meta.url)), "node_modules");
const apps = readFileSync(join(bench, "sites/apps.txt"), "utf8").split("\n").filter(Boolean);
const nodePaths = [nodeModules, ...apps.map((app) => join(bench, "apps", app))];

const sassOptions = {
	loadPaths: nodePaths,
	quietDeps: true,
	silenceDeprecations: ["import", "global-builtin", "color-functions", "slash-div", "if-function"],
	// "~package/file" is Frappe's spelling for a file of node_modules
	importers: [{ findFileUrl: (url) => url[0] === "~" ? pathToFileURL(join(nodeModules, url.slice(1))) : null }],
};

// .html: a client-side template, registered under the file's name
const htmlTemplates = {
	name: "html-templates",
	setup(build) {
		build.onLoad({ filter: /\.html$/ }, ({ path }) => {
			const text = readFileSync(path, "utf8").replaceAll("`", "\\`");
			return { contents: `frappe.templates["${basename(path).split(".")[0]}"] = \`${text}\`;` };
		});
	},
};

// air-datepicker: Frappe uses a fork of it that knows seconds. Without them every form with a time is "Not Saved" once opened.
const seconds = {
	name: "seconds",
	setup(build) {
		build.onLoad({ filter: /air-datepicker.dist.js.datepicker\.min\.js$/ }, ({ path }) => {
			const replace = (text, old, now) => {
				if (!text.includes(old)) throw new Error(`${path} is another version: ${old} is not in it`);
				return text.replace(old, () => now);
			};
			let code = readFileSync(path, "utf8");
			code = replace(code, "case/ii/.test(s):", `case/ss/.test(s):s=p(s,a("ss"),o(e.getSeconds()));case/ii/.test(s):`);
			// What the framework hides where a site shows no seconds.
			code = replace(code, "this.$minutes=e(", "this.$seconds=e(),this.$secondsText=e(),this.$minutes=e(");
			return { contents: code };
		});
	},
};

const scss = {
	name: "scss",
	setup(build) {
		build.onLoad({ filter: /\.scss$/ }, ({ path }) => ({
			contents: sass.compile(path, sassOptions).css,
			loader: "css",
			resolveDir: dirname(path),
		}));
	},
};

// .vue: one JavaScript module; its styles are added to the page when it is loaded
const vue = {
	name: "vue",
	setup(build) {
		build.onLoad({ filter: /\.vue$/ }, ({ path: filename }) => {
			const { descriptor } = parse(readFileSync(filename, "utf8"), { filename });
			const { script, scriptSetup, styles, template } = descriptor;
			const id = createHash("md5").update(relative(bench, filename)).digest("hex").slice(0, 8);
			const scoped = styles.some((style) => style.scoped);
			const code = [];
			if (script || scriptSetup) {
				const templateOptions = { id, scoped };
				code.push(compileScript(descriptor, { id, inlineTemplate: true, genDefaultAs: "component", templateOptions }).content);
			} else {
				code.push("const component = {};");
			}
			if (template && !scriptSetup) {
				code.push(compileTemplate({ id, filename, scoped, source: template.content }).code, "component.render = render;");
			}
			if (scoped) code.push(`component.__scopeId = "data-v-${id}";`);
			for (const { content, lang, scoped } of styles) {
				const source = lang === "scss" ? sass.compileString(content, sassOptions).css : content;
				code.push(`frappe.dom.set_style(${JSON.stringify(compileStyle({ id, filename, scoped, source }).code)});`);
			}
			return { contents: [...code, "export default component;"].join("\n"), resolveDir: dirname(filename) };
		});
	},
};

mkdirSync(assets, { recursive: true });
const entryPoints = {};
for (const app of building) {
	const source = join(bench, "apps", app, app, "public");
	const target = join(assets, app);
	rmSync(target, { recursive: true, force: true });
	mkdirSync(target);
	if (!existsSync(source)) continue;
	for (const name of readdirSync(source)) {
		if (name !== "dist" && name !== "node_modules") symlinkSync(join(source, name), join(target, name));
	}
	for (const file of readdirSync(source, { recursive: true })) {
		if (!/\.bundle\.(js|ts|css|scss)$/.test(file) || /^(dist|node_modules)\//.test(file)) continue;
		const kind = [".js", ".ts"].includes(extname(file)) ? "js" : "css";
		entryPoints[`${app}/dist/${kind}/${basename(file, extname(file))}`] = join(source, file);
	}
	if (app === "frappe") symlinkSync(nodeModules, join(target, "node_modules"));
}

const { metafile } = await build({
	entryPoints,
	entryNames: "[dir]/[name].[hash]",
	outdir: assets,
	bundle: true,
	minify: true,
	metafile: true,
	target: "es2020",
	nodePaths,
	external: ["/assets/*"],
	define: {
		"process.env.NODE_ENV": '"production"',
		__VUE_OPTIONS_API__: "true",
		__VUE_PROD_DEVTOOLS__: "false",
		__VUE_PROD_HYDRATION_MISMATCH_DETAILS__: "false",
	},
	plugins: [htmlTemplates, seconds, scss, vue],
	logLevel: "warning",
});

const listing = join(assets, "assets.json");
const known = existsSync(listing) ? JSON.parse(readFileSync(listing, "utf8")) : {};
const stays = ([, file]) => !building.some((app) => file.startsWith(`/assets/${app}/`));
const manifest = Object.fromEntries(Object.entries(known).filter(stays));
for (const [file, { entryPoint }] of Object.entries(metafile.outputs)) {
	if (entryPoint) manifest[basename(entryPoint).replace(/scss$/, "css")] = "/assets/" + relative(assets, file);
}
writeFileSync(`${listing}.part`, JSON.stringify(manifest, null, 1));
renameSync(`${listing}.part`, listing);
console.log(Object.keys(manifest).length, "bundles");
