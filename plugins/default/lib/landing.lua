-- How many finished candidates are folded onto the branch and tested together. Asked again before each fold.

local landing = {}

-- The most candidates in one fold, however good they were so far.
local most = 64

-- With this many test slots, the first half of a fold is tested beside the whole, so a bigger fold pays.
local many_slots, many_slots_factor = 4, 1.5

-- The number of candidates that are as likely green together as not: a fold that is more likely red than green costs more
-- tests than it saves. `estimate` is how likely one candidate breaks the fold.
local function fold_size(estimate, slots)
  local size = math.log(2) / math.max(estimate, 0.001)
  if slots >= many_slots then size = size * many_slots_factor end
  return math.max(1, math.min(most, math.floor(size + 0.5)))
end

function landing.landing(ctx)
  return {
    fold_size = ctx.settings.fold_size or fold_size(ctx.failure_estimate, ctx.test_slots),
    full_suite = ctx.settings.full_suite,
    union_files = ctx.settings.union_files,
  }
end

return landing
