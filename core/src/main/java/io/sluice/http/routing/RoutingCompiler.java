package io.sluice.http.routing;

import java.util.function.Function;

import io.sluice.config.model.LocationConfig;
import io.sluice.variable.VariableTable;

/// What locations and scripts are compiled with. Used during start-up only.
///
/// @param variables the generation's names
/// @param attach makes what the caller attaches to each location
record RoutingCompiler<T>(VariableTable variables, Function<LocationConfig, T> attach) {}
