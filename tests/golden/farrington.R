# Golden vectors for core/lagesbild/farrington.c: what R's package surveillance says about the same weeks.
#
#   Rscript tests/golden/farrington.R > tests/golden/farrington.csv        (Debian: r-cran-surveillance)
#
# One row a question: the weeks (oldest first, NA where nobody reported; the last `length` are the period), what is
# expected in the period and how sure that is, and of one week the verdict. Written with surveillance 1.20.3, R 4.2.2.
#
# One week is asked of farringtonFlexible() itself. Three things it does not tell as we need them:
#  - The uncertainty of the mean and several weeks: from the model farringtonFlexible() fits (its own functions, on its
#    own rows) with vcov() and the delta method. summary() and predict() of that model would take the reweighting for
#    the working weights, because the package writes the one over the other, and so get the dispersion wrong; with
#    nbPlugin and pThresholdTrend = 1 nothing the package answers depends on that. The model is therefore fitted once
#    more by glm() with the same weights.
#  - Its score with nbPlugin compares counts with the logarithm of the mean. The p-value and the alarm do not.
#  - One level in place of ten (ours where seasons cannot be told apart), where weeks of fewer than five keep their
#    weight: glm() and the package's own residuals and weights.
suppressPackageStartupMessages(library(surveillance))
options(warn = 1, digits = 15)

W <- 3
GUARD <- 26
LEVELS <- 10

control <- function(k, years, limit) {
  list(range = k, b = years, w = W, noPeriods = LEVELS, pastWeeksNotIncluded = GUARD, weightsThreshold = 2.58,
       reweight = TRUE, trend = TRUE, pThresholdTrend = 1, limit54 = c(limit, 4), thresholdMethod = "nbPlugin",
       alpha = 0.025, glmWarnings = FALSE)
}

# The rows farringtonFlexible() would fit for the week `centre`, but those later than GUARD weeks before `first`.
rows_of <- function(weeks, centre, first, years) {
  data <- surveillance:::algo.farrington.data.glm(
    dayToConsider = centre, b = years, freq = 52, epochAsDate = FALSE, epochStr = "none",
    vectorOfDates = seq_along(weeks), w = W, noPeriods = LEVELS, observed = weeks, population = rep(1, length(weeks)),
    verbose = FALSE, pastWeeksNotIncluded = GUARD, k = centre)
  data[data$wtime < first - GUARD, ]
}

# Which level a week after the baseline has: that of the same week 52 weeks before, or 104.
level_like <- function(week, centre, years) {
  place <- (week - centre + W + 52 * 7) %% 52
  if (place < 2 * W + 1) LEVELS else (place - 2 * W - 1) %/% 5 + 1
}

fit <- function(data, trend, season) {
  formula <- as.formula(paste("response ~ 1", if (trend) "+ wtime", if (season) "+ seasgroups"))
  if (season) {
    model <- surveillance:::algo.farrington.fitGLM.flexible(
      data, timeTrend = trend, populationOffset = FALSE, factorsBool = season, reweight = TRUE, weightsThreshold = 2.58,
      glmWarnings = FALSE, verbose = FALSE, control = NULL)
    data$omega <- model$prior.weights
  } else {
    model <- glm(formula, data = data, family = quasipoisson())
    residual <- surveillance:::anscombe.residuals(model, max(summary(model)$dispersion, 1))
    residual[data$response < 5] <- 0
    data$omega <- surveillance:::algo.farrington.assign.weights(residual, 2.58)
  }
  again <- suppressWarnings(glm(formula, data = data, family = quasipoisson(), weights = omega))
  if (season) stopifnot(isTRUE(all.equal(coef(again), coef(model))))
  list(model = again, phi = max(summary(again)$dispersion, 1), omega = data$omega)
}

# Sums of `length` weeks that follow each other: the mean of their squared residuals over their means.
sums <- function(fitted, data, length) {
  y <- data$response; mu <- fitted(fitted$model); residual <- sqrt(fitted$omega) * (y - mu)
  at <- seq_len(nrow(data) - length + 1)
  at <- at[data$wtime[at + length - 1] - data$wtime[at] == length - 1]
  each <- vapply(at, function(i) sum(residual[i:(i + length - 1)])^2 / sum(mu[i:(i + length - 1)]), 0)
  mean(each) * nrow(data) / fitted$model$df.residual
}

expect <- function(weeks, length, years, season, share) {
  n <- base::length(weeks); first <- n - length + 1; centre <- first + (length - 1) %/% 2
  data <- rows_of(weeks, centre, first, years)
  period <- data.frame(wtime = first:n, seasgroups = factor(vapply(first:n, level_like, 0, centre = centre), seq_len(LEVELS)))
  trend <- TRUE
  fitted <- fit(data, TRUE, season)
  if (max(predict(fitted$model, period, type = "response")) > max(data$response)) {
    trend <- FALSE
    fitted <- fit(data, FALSE, season)
  }
  share <- c(share[1], rep(1, max(0, length - 2)), if (length > 1) share[2])
  means <- predict(fitted$model, period, type = "response") * share
  X <- model.matrix(delete.response(terms(fitted$model)), period, xlev = fitted$model$xlevels)
  g <- colSums(X * means)
  phi <- if (length > 1) max(fitted$phi, sums(fitted, data, length)) else fitted$phi
  list(weeks = nrow(data), mean = sum(means), phi = phi, trend = if (trend) coef(fitted$model)[["wtime"]] else 0,
       uncertainty = phi * drop(t(g) %*% summary(fitted$model)$cov.unscaled %*% g))
}

number <- function(x) formatC(x, digits = 15, format = "g", width = 1)

put <- function(name, weeks, length = 1, years = 5, season = TRUE, share = c(1, 1)) {
  e <- expect(weeks, length, years, season, share)
  lower <- upper <- p_value <- alarm <- ""
  if (length == 1 && season) {
    n <- base::length(weeks)
    series <- sts(observed = weeks, frequency = 52, start = c(2000, 1))
    unlimited <- farringtonFlexible(series, control(n, years, 0))
    stopifnot(isTRUE(all.equal(unlimited@control$expected[1], e$mean)),
              isTRUE(all.equal(unlimited@control$phiVector[1], e$phi)))
    mu <- unlimited@control$mu0Vector[1]; phi <- unlimited@control$phiVector[1]
    lower <- if (phi > 1) qnbinom(0.025, mu / (phi - 1), 1 / phi) else qpois(0.025, mu)
    upper <- unlimited@upperbound[1]
    p_value <- unlimited@control$pvalue[1]
    alarm <- as.integer(farringtonFlexible(series, control(n, years, 5))@alarm[1])
    e$mean <- mu
    e$phi <- phi
    p_value <- number(p_value)
  }
  cat(paste(name, length, number(share[1]), number(share[2]), e$weeks, number(e$mean), number(e$phi), number(e$trend),
            number(e$uncertainty), lower, upper, p_value, alarm, paste(weeks, collapse = " "), sep = ","), "\n", sep = "")
}

draw <- function(n, level, trend = 0, season = 0, phi = 1, shift = 0) {
  t <- seq_len(n)
  mu <- exp(log(level) + trend * (t - n) / 52 + season * cos(2 * pi * (t + shift) / 52))
  if (phi > 1) rnbinom(n, mu / (phi - 1), 1 / phi) else rpois(n, mu)
}

outbreak <- function(weeks, at, size) {
  weeks[at + seq_along(size) - 1] <- weeks[at + seq_along(size) - 1] + size
  weeks
}

cat("name,length,first_share,last_share,weeks,mean,dispersion,trend,uncertainty,lower,upper,p_value,alarm,series\n")
set.seed(20130131)
long <- 52 * 5 + W + 1
put("flat", draw(long, 20))
put("over-dispersed", draw(long, 20, phi = 3))
put("rising", draw(long, 20, trend = 0.2, phi = 2))
put("falling", draw(long, 12, trend = -0.3, phi = 1.5))
put("seasonal top", draw(long, 15, season = 0.6, phi = 1.5, shift = long %% 52))
put("seasonal bottom", draw(long, 15, season = -0.6, phi = 1.5, shift = 3))
put("everything", draw(long, 30, trend = 0.1, season = 0.4, phi = 4, shift = 20))
put("past outbreak", outbreak(draw(long, 10, phi = 1.2), 100, c(20, 45, 60, 30)))
put("past outbreak this time of year", outbreak(draw(long, 5, season = 0.3), long - 52, c(25, 40, 22)))
put("outbreak now", outbreak(draw(long, 5, phi = 1.5), long, 15))
put("outbreak of six weeks", outbreak(draw(long, 8), long - 5, rep(12, 6)))
put("one a week", draw(long, 1))
put("one a week over-dispersed", draw(long, 1, phi = 2))
put("one a week seasonal", draw(long, 1, season = 0.5, shift = 5))
put("half a week", draw(long, 0.5))
put("a small rise and too few", outbreak(c(draw(long - 4, 0.6), 0, 0, 0, 0), long, 4))
put("large", draw(long, 2500, trend = 0.05, season = 0.2, phi = 15))
put("rising too fast to extrapolate", draw(long, 40, trend = 1.1))
put("three years", draw(52 * 3 + W + 1, 12, trend = 0.2, season = 0.3, phi = 2), years = 3)
put("four years", draw(52 * 4 + W + 1, 12, trend = -0.2, season = 0.3, phi = 2), years = 4)
gaps <- draw(long, 9, season = 0.3, phi = 1.6); gaps[c(20:24, 77, 103:104, 180, 200:203)] <- NA
put("weeks nobody reported for", gaps)
holes <- draw(long, 6, phi = 1.4); holes[(long - 52 - 2):(long - 52 + 3)] <- NA
put("a year ago unknown", holes)
zeros <- draw(long, 0.12)
put("seldom", zeros, season = FALSE)
put("seldom over-dispersed", draw(long, 0.2, phi = 2), season = FALSE)
put("seldom with a past outbreak", outbreak(draw(long, 0.15), 90, c(6, 9, 4)), season = FALSE)
put("two weeks", draw(long + 1, 14, trend = 0.1, season = 0.4, phi = 2), length = 2)
put("four weeks", draw(long + 2, 14, trend = -0.1, season = 0.4, phi = 2), length = 4)
put("a month", draw(long + 2, 6, trend = 0.1, season = 0.3, phi = 1.3), length = 5, share = c(3 / 7, 6 / 7))
put("a tertial", draw(long + 9, 20, trend = 0.1, season = 0.5, phi = 2), length = 18, share = c(5 / 7, 2 / 7))
# Weeks that are alike when they are near each other: their sums vary more.
slow <- exp(as.numeric(arima.sim(list(ar = 0.85), long + 2, sd = 0.18)))
put("four weeks in slow waves", rpois(long + 2, 20 * slow), length = 4)
