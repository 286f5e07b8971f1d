-- The built-in policies: what decides when neither the recipe nor a pack that it uses has an opinion.
-- Each policy gets one table, `ctx`, and returns one table. Returning nothing means "no opinion".

local batching = require "lib.batching"
local landing = require "lib.landing"
local prompts = require "lib.prompts"
local retrying = require "lib.retrying"
local texts = require "lib.texts"

-- Whether the plan marks a feature with one of the labels.
local function has_label(feature, ...)
  for _, wanted in ipairs { ... } do
    for _, label in ipairs(feature.labels) do
      if label == wanted then return true end
    end
  end
  return false
end

-- The plan is taken as it is.
local function expand()
  return nil
end

-- Tests first: a feature without tests gets them before anything else, and they have to fail.
local function stages(ctx)
  local list = {}
  if not ctx.has_tests then list[#list + 1] = { name = "test", gate = "red" } end
  if not ctx.has_source then list[#list + 1] = { name = "stub", gate = "none" } end
  list[#list + 1] = { name = "implement", gate = "green" }
  if has_label(ctx.feature, "hookup") then list[#list + 1] = { name = "hookup", gate = "green" } end
  if has_label(ctx.feature, "document", "docs") then list[#list + 1] = { name = "document", gate = "green" } end
  return list
end

-- What `retry` asked for wins, then the plan, then the run's own model.
local function route(ctx)
  local worker = ctx.suggested_worker
  if not worker then
    worker = ctx.workers[1] or "chat"
    for _, name in ipairs(ctx.workers) do
      if name == "chat" then worker = name end
    end
  end
  return { worker = worker, model = ctx.suggested_model or ctx.feature.model, max_cost = ctx.feature.max_cost }
end

-- The tests have passed already; this only looks for what a reviewer would send back at once.
local function accept(ctx)
  local problems = {}
  local file
  for line in ctx.diff:gmatch("[^\n]+") do
    file = line:match("^%+%+%+ b/(.+)$") or file
    if line:find("^%+<<<<<<< ") or line:find("^%+>>>>>>> ") then
      local message = "the change holds a merge conflict marker"
      problems[#problems + 1] = { message = message, file = file, severity = "error" }
    end
  end
  if #ctx.diff_stat.files == 0 then
    problems[#problems + 1] = { message = "nothing was changed", severity = "warning" }
  end
  local ok = true
  for _, problem in ipairs(problems) do
    if problem.severity == "error" then ok = false end
  end
  return { ok = ok, problems = problems }
end

-- Nothing listens; a recipe may post to a chat room here.
local function event()
  return nil
end

return {
  api = 1,
  expand = expand,
  stages = stages,
  batch = batching.batch,
  route = route,
  prompt = prompts.prompt,
  accept = accept,
  retry = retrying.retry,
  landing = landing.landing,
  commit = texts.commit,
  pull_request = texts.pull_request,
  event = event,
  toolchains = {
    generic = require "toolchains.generic",
    lua = require "toolchains.lua",
    ["python-pytest"] = require "toolchains.python_pytest",
  },
}
