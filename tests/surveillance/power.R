# What R's package surveillance finds in the series of simulate.c, at the same level: a rise by chance in one of 40.
#
#   simulate 400 series.csv && Rscript power.R series.csv                    (Debian: r-cran-surveillance)
#
# The fit looks at no week later than half a year before the last, so it is made once for the last week as it is and
# doubled. The rule for small counts is ours: at least five incidents in the last four weeks, limit54 = c(5, 4).
suppressPackageStartupMessages(library(surveillance))

farrington <- function(method) function(weeks) {
  n <- length(weeks)
  control <- list(range = n, b = 5, w = 3, noPeriods = 10, pastWeeksNotIncluded = 26, weightsThreshold = 2.58,
                  pThresholdTrend = 1, thresholdMethod = method, alpha = 0.025, limit54 = c(0, 4), glmWarnings = FALSE)
  farringtonFlexible(sts(observed = weeks, frequency = 52), control)@upperbound[1]
}

ears <- function(weeks) {
  n <- length(weeks)
  earsC(sts(observed = weeks, frequency = 52),
        list(range = n, method = "C1", baseline = 12, alpha = 0.025))@upperbound[1]
}

methods <- list("Farrington flexible, nbPlugin" = farrington("nbPlugin"), "Farrington flexible, muan" = farrington("muan"),
                "Farrington flexible, delta" = farrington("delta"), "EARS C1, 12 weeks" = ears)

is_rise <- function(weeks, last, upper) {
  n <- length(weeks)
  is.finite(upper) && last > upper && last + sum(weeks[(n - 3):(n - 1)]) >= 5
}

series <- read.csv(commandArgs(trailingOnly = TRUE)[1])
cat("| method | incidents a week | variance / mean | series | false rise | doubling found |\n|---|---:|---:|---:|---:|---:|\n")
for (name in names(methods)) {
  for (rate in unique(series$rate)) for (dispersion in unique(series$dispersion)) {
    some <- series[series$rate == rate & series$dispersion == dispersion, ]
    found <- vapply(seq_len(nrow(some)), function(i) {
      weeks <- as.integer(strsplit(some$weeks[i], " ")[[1]])
      upper <- methods[[name]](weeks)
      c(is_rise(weeks, weeks[length(weeks)], upper), is_rise(weeks, some$doubled[i], upper))
    }, logical(2))
    cat(sprintf("| %s | %g | %g | %d | %.1f %% | %.1f %% |\n", name, rate, dispersion, nrow(some), 100 * mean(found[1, ]),
                100 * mean(found[2, ])))
  }
}
