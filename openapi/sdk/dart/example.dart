import 'dart:io';

import 'package:dio/dio.dart';
import 'package:sim_client/sim_client.dart';

Future<void> main() async {
  final sim = SimClient(basePathOverride: Platform.environment['SIM_URL']);
  sim.dio.options.headers['X-API-Key'] = Platform.environment['SIM_API_KEY'] ?? '';
  final request = SimulateRequest((request) => request
    ..seed = 42
    ..steps = 10);
  try {
    final answer = await sim.getSimulationApi().simulate(simulateRequest: request);
    print(answer.data!.result);
  } on DioException catch (failure) {
    final refused = standardSerializers.deserializeWith(ErrorResponse.serializer, failure.response!.data)!;
    for (final detail in refused.detail) {
      print('${detail.loc.map((item) => item.anyOf.values.values.first).join('.')}: ${detail.msg}');
    }
  }
}
